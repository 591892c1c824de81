// What stands around every page: a way past the menu, the head, the page itself, messages.
import { html, useEffect, useRef } from '../vendor/ui.js';
import { t } from '../rules/text.js';
import { failed, me } from '../edge/session.js';
import { Notes } from './say.js';
import { Failed, Loading } from './states.js';

/** @typedef {() => import('../vendor/ui.js').VNode} Part */

/** @param {{name: string, Page: Part | null, Head: Part | null, Warning: typeof import('./other.js').Other | null, failure: unknown}} props */
export function Frame({ name, Page, Head, Warning, failure }) {
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const first = useRef(true);
  useEffect(() => {
    if (!name) return;
    document.title = t('app.title', { page: t(`page.${name}`) });
    if (first.current) { first.current = false; return; }
    main.current?.focus();
  }, [name]);
  const wrong = failed.value ?? failure;
  return html`<a class="skip" href="#main">${t('app.skip')}</a>
    ${Warning && html`<${Warning} />`}${Head && html`<${Head} />`}
    <main id="main" class=${`page ${name}`} tabindex="-1" ref=${main}>
      ${wrong ? html`<h1>${t('app.name')}</h1><${Failed} failure=${wrong} again=${() => location.reload()} />`
        : Page && me.value ? html`<${Page} key=${name} />` : html`<${Loading} />`}
    </main>
    <${Notes} />`;
}
