// Keeps the terminal working without a network: the page and its files from here when the server cannot be reached,
// and what waits in the outbox sent when the connection comes back, even after the tab was closed.
'use strict';

/** The folder of this version's files; the server fills it in, so that a new version is a new worker with a cache of its own. */
const ASSETS = '{{assets}}';
const CACHE = `outcry ${ASSETS}`;
/** The words of every first screen. */
const WORDS = `${ASSETS}/strings/en.json`;
/** A server that does not answer within this time counts as unreachable for pages. */
const PATIENCE_MS = 2500;
const WAIT_MS = 15_000;
/** Pages that work offline; all of them are the same shell. */
const PAGES = ['/terminal', '/store'];
/** Everything the terminal needs. A test compares this list with what its modules really import. */
const FILES = [
  'app.css', 'app.js', 'rules/again.js', 'rules/alarm.js', 'rules/clock.js', 'rules/form.js', 'rules/incidents.js', 'rules/moment.js', 'rules/money.js', 'rules/outbox.js',
  'rules/problem.js', 'rules/report.js', 'rules/route.js', 'rules/sla.js', 'rules/stream.js', 'rules/text.js', 'rules/time.js', 'rules/told.js',
  'edge/api.js', 'edge/disk.js', 'edge/live.js', 'edge/outbox.js', 'edge/session.js', 'edge/settings.js', 'edge/site.js', 'edge/sound.js', 'edge/typed.js',
  'edge/wire.js', 'edge/words.js', 'edge/worker.js', 'fonts/atkinson-next.woff2', 'icons.office.svg', 'icons.svg', 'mark.svg', 'pages/store.js',
  'pages/terminal.js', 'strings/en.json', 'strings/en.next.json', 'strings/en.office.json', 'strings/en.shop.json', 'styles/office.css', 'styles/parts.css',
  'styles/print.css', 'styles/terminal.css', 'ui/deadline.js', 'ui/dialog.js', 'ui/field.js', 'ui/focus.js', 'ui/frame.js', 'ui/head.js',
  'ui/icon.js', 'ui/incident/act.js', 'ui/incident/actions.js', 'ui/incident/address.js', 'ui/incident/dialogs.js', 'ui/incident/earlier.js', 'ui/incident/head.js',
  'ui/incident/parts.js', 'ui/leave.js', 'ui/load.js', 'ui/other.js', 'ui/my_shift.js', 'ui/on_shift.js', 'ui/place.js', 'ui/priority.js', 'ui/retry.js', 'ui/say.js', 'ui/sign_out.js', 'ui/states.js', 'ui/terminal/at_work.js', 'ui/terminal/choose.js', 'ui/terminal/form.js',
  'ui/terminal/help.js', 'ui/terminal/hold.js', 'ui/terminal/kept.js', 'ui/terminal/known.js', 'ui/terminal/last.js', 'ui/terminal/later.js', 'ui/terminal/refused.js', 'ui/terminal/sent.js',
  'ui/terminal/settings.js', 'ui/theme.js', 'ui/unsent.js', 'vendor/ui.js',
].map((file) => `${ASSETS}/${file}`);

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES);
    // Whoever is signed in has the pages from the first visit on; for whoever is not, they are a way to sign in and not kept.
    await Promise.all(PAGES.map((page) => keep(cache, page, fetch(page)).catch(() => undefined)));
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (PAGES.includes(url.pathname)) event.respondWith(freshOrKept(event, request, url.pathname));
  } else if (url.pathname.startsWith(`${ASSETS}/`)) {
    event.respondWith(keptOrFresh(request, url.pathname));
  }
});

/** A file of this version never changes: once kept, it is never asked for again. @returns {Promise<Response>} */
async function keptOrFresh(request, key) {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? keep(cache, key, fetch(request));
}

/** Keeps an answer that is what was asked for. */
async function keep(cache, key, coming) {
  const response = await coming;
  if (response.ok && !response.redirected) await cache.put(key, response.clone());
  return response;
}

/** The server's answer if it comes in time and is one, else the kept one; a fresh answer replaces the kept one. */
async function freshOrKept(event, request, key) {
  const cache = await caches.open(CACHE);
  const fresh = keep(cache, key, fetch(request));
  event.waitUntil(fresh.catch(() => undefined));
  const kept = await cache.match(key);
  if (!kept) return fresh;
  const patience = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([fresh.then((response) => (response.status >= 500 ? kept : response), () => kept), patience]);
}

self.addEventListener('sync', (event) => {
  if (event.tag === 'outbox') event.waitUntil(navigator.locks.request('outcry-outbox', drain));
});

/** Same database and same meaning as edge/disk.js and edge/outbox.js: help is called first and whoever is signed in, the rest goes out in nobody else's name. */
async function drain() {
  const database = await opened();
  const items = (await answer(database.transaction('outbox').objectStore('outbox').getAll())).filter((item) => !item.refused);
  items.sort((a, b) => Number(b.kind === 'panic') - Number(a.kind === 'panic') || (a.at < b.at ? -1 : 1));
  let me;
  const isMine = async (item) => item.owner === (me ??= (await fetch('/api/v1/me', limited()).then((r) => r.json())).person.id);
  for (const item of items) {
    if (item.kind !== 'panic' && !(await isMine(item))) continue;
    const response = await fetch(`/api/v1${item.path}`, {
      ...limited(),
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': item.key, 'outcry-person': item.owner },
      body: JSON.stringify(item.body),
    });
    if (response.ok) await answer(outbox(database).delete(item.key));
    else if (waits(response.status)) throw new Error(`not taken: ${response.status}`); // the browser tries again later
    else if (item.kind === 'panic' && !(await isMine(item))) continue; // whoever is here by now may be one who cannot call for help there
    else await answer(outbox(database).put({ ...item, tries: item.tries + 1, refused: await reason(response) }));
  }
}

/** A network that says nothing is one that cannot be used. */
const limited = () => ({ signal: AbortSignal.timeout(WAIT_MS) });

const outbox = (database) => database.transaction('outbox', 'readwrite', { durability: 'strict' }).objectStore('outbox');

/** As `outcome` in rules/outbox.js: what is refused for good keeps nothing else waiting, and stays until somebody has read it. */
const waits = (status) => status < 400 || status === 401 || status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;

/** Why, in the server's words, or in those of the catalogue where it has none. @returns {Promise<string>} */
async function reason(response) {
  const problem = await response.json().catch(() => null);
  return problem?.detail || problem?.title || (await keptOrFresh(WORDS, WORDS).then((kept) => kept.json()))['fail.refused'];
}

function opened() {
  const request = indexedDB.open('outcry', 1);
  request.onupgradeneeded = () => request.transaction.abort(); // made by the page; without it there is nothing to send
  return answer(request);
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
