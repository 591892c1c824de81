// Says that this page is no longer of whoever is signed in: who is, what that means here, and the way on.
import { html } from '../vendor/ui.js';
import { t } from '../rules/text.js';
import { can, me, other } from '../edge/session.js';
import { typed } from '../edge/typed.js';
import { Icon } from './icon.js';
import { page } from './place.js';

export function Other() {
  const who = other.value;
  if (who === undefined) return null;
  const now = who?.name ?? '';
  const more = [
    who ? t('other.what', { before: me.value?.person.name ?? '' }) : t('other.out_what'),
    who && page.value.page === 'terminal' && can('panic') ? t('other.help', { now }) : '',
    typed() ? t(who ? 'other.typed' : 'other.out_typed') : '',
  ];
  return html`<div class="other noprint" role="alert"><${Icon} name="user-x" /><p><strong>${who ? t('other.title', { now }) : t('other.out')}</strong> ${more.filter(Boolean).join(' ')}</p>
    ${who ? html`<button type="button" onClick=${() => location.reload()}>${t('other.go_on', { now })}</button>` : html`<a class="btn" href="/" target="_blank">${t('fail.sign_in')}</a>`}</div>`;
}
