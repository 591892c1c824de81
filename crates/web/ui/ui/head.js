// The head of every page but the terminal: menu, how alive the stream is, who is here.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { menu } from '../rules/route.js';
import { span } from '../rules/time.js';
import { name as word, t } from '../rules/text.js';
import { me } from '../edge/session.js';
import { wire } from '../edge/wire.js';
import { Icon, allIcons } from './icon.js';
import { Leave } from './leave.js';
import { page } from './place.js';
import { SignOut } from './sign_out.js';
import { Theme } from './theme.js';

allIcons();

export function Head() {
  return html`<${Bar} />${me.value && html`<${Lost} />`}`;
}

function Bar() {
  const open = useSignal(false);
  const here = page.value.page === 'incident' ? 'incidents' : page.value.page;
  useEffect(() => { open.value = false; }, [page.value.page, page.value.id]);
  const who = me.value;
  return html`<header class="head">
    <a class="brand" href="/"><${Icon} name="siren" /><span>${t('app.name')}</span></a>
    ${who && html`<button type="button" class="quiet burger" aria-expanded=${open.value ? 'true' : 'false'} aria-controls="menu" onClick=${() => { open.value = !open.value; }}>
      <${Icon} name=${open.value ? 'x' : 'menu'} /><span>${t('app.menu')}</span></button>
    <nav id="menu" class=${open.value ? 'open' : ''} aria-label=${t('app.menu')}>
      ${menu(who.person.role).map((p) => html`<a key=${p} href=${`/${p}`} aria-current=${p === here ? 'page' : undefined}>${t(`page.${p}`)}</a>`)}
    </nav>
    <${Live} />
    <span class="who"><${Icon} name="user" /><span>${who.person.name}<span class="muted"> ${word('role', who.person.role)}</span></span></span>`}
    <${Theme} />${who && html`<${SignOut} Leave=${Leave} />`}</header>`;
}

/** Whether what stands on the screen is true right now. */
function Live() {
  const { state } = wire.value;
  return html`<span class=${`live ${state}`} role="status"><${Icon} name=${state === 'live' ? 'check' : state === 'lost' ? 'wifi-off' : 'clock'} /><span>${t(`live.${state}`)}</span></span>`;
}

/** Red, and impossible to overlook: what is shown may no longer be true. */
function Lost() {
  const { state, age_ms } = wire.value;
  if (state !== 'lost') return null;
  return html`<div class="lost" role="alert"><${Icon} name="wifi-off" /><p><strong>${t('live.lost_title')}</strong> <span aria-live="off">${t('live.lost_age', { age: span(age_ms) })}</span></p></div>`;
}
