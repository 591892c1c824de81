// Starts the app: words, who is here, the page of the address; moves between pages without losing sound and stream.
import { effect, html, render, signal } from './vendor/ui.js';
import { tick } from './rules/clock.js';
import { t } from './rules/text.js';
import { arrive, other, renew } from './edge/session.js';
import { dress } from './edge/settings.js';
import { wire } from './edge/wire.js';
import { words } from './edge/words.js';
import { register } from './edge/worker.js';
import { Frame } from './ui/frame.js';
import { page } from './ui/place.js';

/** @typedef {() => import('./vendor/ui.js').VNode} Part */

/** Each page is fetched when it is first opened. @type {Record<string, () => Promise<{Page: Part}>>} */
const PAGES = {
  terminal: () => import('./pages/terminal.js'),
  desk: () => import('./pages/desk.js'),
  incidents: () => import('./pages/incidents.js'),
  incident: () => import('./pages/incident.js'),
  store: () => import('./pages/store.js'),
  stores: () => import('./pages/stores.js'),
  regions: () => import('./pages/regions.js'),
  people: () => import('./pages/people.js'),
  templates: () => import('./pages/templates.js'),
  policies: () => import('./pages/policies.js'),
  absent: () => import('./pages/absent.js'),
};

const shown = signal(/** @type {{name: string, Page: Part | null, Head: Part | null, failure: unknown}} */ ({ name: '', Page: null, Head: null, failure: null }));

/** What the shop floor does not need is fetched only for the other pages: their words, their style, their head. */
const office = once(async () => {
  const [{ Head }] = await Promise.all([import('./ui/head.js'), words('en.next.json'), words('en.office.json'), sheet('styles/office.css')]);
  return Head;
});
/** Fetched when it is needed. */
const Warning = signal(/** @type {typeof import('./ui/other.js').Other | null} */ (null));
effect(() => {
  if (other.value !== undefined && !Warning.peek()) void Promise.all([import('./ui/other.js'), words('en.next.json')]).then(([{ Other }]) => { Warning.value = Other; });
});
/** The pages that set the house up have words of their own. */
const SETTINGS = ['stores', 'regions', 'people', 'templates', 'policies'];
const settings = once(() => words('en.settings.json'));
const shop = once(async () => { await sheet('styles/terminal.css'); return null; });

/** Resolves when the style is there, or known not to come. @param {string} file @returns {Promise<void>} */
function sheet(file) {
  return new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL(file, import.meta.url).href;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** @template T @param {() => Promise<T>} work */
function once(work) {
  /** @type {Promise<T> | undefined} */ let done;
  return () => (done ??= work().catch((failure) => { done = undefined; throw failure; }));
}

async function start() {
  const root = /** @type {HTMLElement} */ (document.getElementById('app'));
  const first = page.peek().page;
  for (const early of [PAGES[first](), first === 'terminal' ? shop() : office()]) early.catch(() => undefined);
  await words('en.json');
  dress();
  setInterval(tick, 1000);
  if (!isSecureContext) {
    render(html`<main class="page"><h1>${t('insecure.title')}</h1><p>${t('insecure.why')}</p><p>${t('insecure.how')}</p></main>`, root);
    return;
  }
  const me = await arrive();
  effect(() => { void open(page.value.page); });
  render(html`<${App} />`, root);
  void register();
  const { listen, onEvent, onGap } = await import('./edge/live.js');
  if (!me) return;
  onEvent((event) => { if (event.kind === 'organisation.changed') renewSoon(); });
  onGap(renewSoon);
  let was = '';
  effect(() => {
    const { state } = wire.value;
    if (state === 'live' && was === 'lost') renewSoon();
    was = state;
  });
  addEventListener('pageshow', (e) => { if (e.persisted) void renew(); });
  addEventListener('visibilitychange', () => { if (!document.hidden) void renew(); });
  listen(me.person.id);
}

/** Every browser hears of a change at the same moment; within this time each has asked for it. */
const SPREAD_MS = 5000;
let renewing = false;
function renewSoon() {
  if (renewing) return;
  renewing = true;
  setTimeout(() => { renewing = false; void renew(); }, Math.random() * SPREAD_MS);
}

/** @param {string} name */
async function open(name) {
  try {
    const [{ Page }, Head] = await Promise.all([PAGES[name](), name === 'terminal' ? shop() : office(), SETTINGS.includes(name) && settings()]);
    if (page.peek().page === name) shown.value = { name, Page, Head, failure: null };
  } catch (failure) {
    shown.value = { name, Page: null, Head: null, failure };
  }
}

const App = () => html`<${Frame} ...${shown.value} Warning=${Warning.value} />`;

void start();
