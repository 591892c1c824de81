// Starts the app: words, who is here, the page of the address; moves between pages without losing sound and stream.
import { effect, html, render, signal } from './vendor/ui.js';
import { tick } from './core/clock.js';
import { route } from './core/route.js';
import { speak, t } from './core/text.js';
import { listen } from './edge/live.js';
import { arrive } from './edge/session.js';
import { dress } from './edge/settings.js';
import { register } from './edge/worker.js';
import { Frame } from './ui/frame.js';
import { page } from './ui/place.js';

/** @typedef {import('./vendor/ui.js').VNode} VNode */

/** Each page is fetched when it is first opened. @type {Record<string, () => Promise<{Page: () => VNode}>>} */
const PAGES = {
  terminal: () => import('./pages/terminal.js'),
  desk: () => import('./pages/desk.js'),
  incidents: () => import('./pages/incidents.js'),
  incident: () => import('./pages/incident.js'),
  store: () => import('./pages/store.js'),
  stores: () => import('./pages/stores.js'),
  people: () => import('./pages/people.js'),
  templates: () => import('./pages/templates.js'),
  policies: () => import('./pages/policies.js'),
  absent: () => import('./pages/absent.js'),
};

const shown = signal(/** @type {{name: string, Page: (() => VNode) | null, failure: unknown}} */ ({ name: '', Page: null, failure: null }));

/** The catalogue comes with the page, so that no word is ever missing. */
async function words() {
  const answer = await fetch(new URL('./strings/en.json', import.meta.url));
  speak(await answer.json(), 'en-GB');
}

async function start() {
  const root = /** @type {HTMLElement} */ (document.getElementById('app'));
  const first = PAGES[route(location.pathname).page]();
  first.catch(() => undefined);
  await words();
  dress();
  setInterval(tick, 1000);
  if (!isSecureContext) {
    render(html`<main class="page"><h1>${t('insecure.title')}</h1><p>${t('insecure.why')}</p><p>${t('insecure.how')}</p></main>`, root);
    return;
  }
  const me = await arrive();
  if (me) listen(me.person.id);
  effect(() => { void open(page.value.page); });
  render(html`<${App} />`, root);
  void register();
}

/** @param {string} name */
async function open(name) {
  try {
    const { Page } = await PAGES[name]();
    shown.value = { name, Page, failure: null };
  } catch (failure) {
    shown.value = { name, Page: null, failure };
  }
}

function App() {
  return html`<${Frame} name=${shown.value.name} Page=${shown.value.Page} failure=${shown.value.failure} />`;
}

void start();
