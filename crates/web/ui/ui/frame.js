// What stands around every page: menu, how alive the stream is, who is here, messages.
import { html, useEffect, useRef, useSignal } from '../vendor/ui.js';
import { menu } from '../core/route.js';
import { span } from '../core/time.js';
import { name as word, t } from '../core/text.js';
import { failed, me } from '../edge/session.js';
import { theme } from '../edge/settings.js';
import { wire } from '../edge/live.js';
import { Icon } from './icon.js';
import { Notes } from './say.js';
import { Failed, Loading } from './states.js';
import { page } from './place.js';

const THEMES = ['system', 'light', 'dark'];
const THEME_ICON = /** @type {Record<string, string>} */ ({ system: 'monitor', light: 'sun', dark: 'moon' });

/** @param {{name: string, Page: (() => import('../vendor/ui.js').VNode) | null, failure: unknown}} props */
export function Frame({ name, Page, failure }) {
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const first = useRef(true);
  useEffect(() => {
    if (!name) return;
    document.title = t('app.title', { page: t(`page.${name}`) });
    if (first.current) { first.current = false; return; }
    main.current?.focus();
  }, [name]);
  const bare = name === 'terminal';
  return html`<a class="skip" href="#main">${t('app.skip')}</a>
    ${!bare && html`<${Head} />`}
    ${!bare && me.value && html`<${Lost} />`}
    <main id="main" class=${`page ${name}`} tabindex="-1" ref=${main}>
      ${failed.value ? html`<h1>${t('app.name')}</h1><${Failed} failure=${failed.value} again=${() => location.reload()} />`
        : failure ? html`<h1>${t('app.name')}</h1><${Failed} failure=${failure} again=${() => location.reload()} />`
        : Page && me.value ? html`<${Page} key=${name} />` : html`<${Loading} />`}
    </main>
    <${Notes} />`;
}

function Head() {
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
    <${Theme} /></header>`;
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
  return html`<div class="lost" role="alert"><${Icon} name="wifi-off" /><p><strong>${t('live.lost_title')}</strong>
    <span aria-live="off">${t('live.lost_age', { age: span(age_ms) })}</span></p></div>`;
}

export function Theme() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length];
  return html`<button type="button" class="quiet square" aria-label=${t('theme.switch', { now: t(`theme.${theme.value}`), next: t(`theme.${next}`) })}
    title=${t('theme.switch', { now: t(`theme.${theme.value}`), next: t(`theme.${next}`) })} onClick=${() => { theme.value = next; }}><${Icon} name=${THEME_ICON[theme.value] ?? 'monitor'} /></button>`;
}
