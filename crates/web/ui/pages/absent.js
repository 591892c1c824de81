// An address that is no page.
import { html } from '../vendor/ui.js';
import { t } from '../rules/text.js';

export function Page() {
  return html`<h1>${t('page.absent')}</h1><p>${t('absent.what')}</p><p><a href="/">${t('fail.home')}</a></p>`;
}
