// What the service worker sends when the page is gone.
import assert from 'node:assert/strict';
import test from 'node:test';
import vm from 'node:vm';
import { text } from './tree.js';

/** A request that succeeds soon, as IndexedDB answers. @param {unknown} result */
function request(result) {
  const made = /** @type {{result: unknown, onsuccess?: () => void}} */ ({ result });
  queueMicrotask(() => made.onsuccess?.());
  return made;
}

/** Runs a sync over these items; the server answers each path with a status and this. @param {Record<string, number>} statuses @param {string} body @param {string} who is signed in, nobody knows whom if empty */
async function sync(statuses, body = '{"detail": "such a store is not known"}', who = 'ann') {
  const kept = new Map(Object.keys(statuses).map((path, n) => [path, { key: path, path, owner: 'ann', kind: path === '/panic' ? 'panic' : 'report', at: `2026-11-22T14:0${n}:00Z`, tries: 0, body: {} }]));
  const store = {
    getAll: () => request([...kept.values()]),
    delete: (/** @type {string} */ key) => { kept.delete(key); return request(undefined); },
    put: (/** @type {any} */ item) => { kept.set(item.key, item); return request(undefined); },
  };
  /** @type {string[]} */ const sent = [];
  const fetch = async (/** @type {string} */ address, /** @type {{headers: Record<string, string>} | undefined} */ options) => {
    const path = address.replace('/api/v1', '');
    if (path === '/me' && !who) throw new TypeError('no answer');
    if (path === '/me') return { json: async () => ({ person: { id: who } }) };
    assert.equal(options?.headers['outcry-person'], 'ann', 'sent for its owner, whoever is signed in by then');
    sent.push(path);
    return { ok: statuses[path] < 300, status: statuses[path], json: async () => JSON.parse(body) };
  };
  /** @type {Record<string, (event: any) => void>} */ const on = {};
  const self = { addEventListener: (/** @type {string} */ name, /** @type {any} */ f) => { on[name] = f; } };
  const indexedDB = { open: () => request({ transaction: () => ({ objectStore: () => store }) }) };
  const navigator = { locks: { request: (/** @type {string} */ _name, /** @type {() => unknown} */ f) => f() } };
  const caches = { open: async () => ({ match: async (/** @type {string} */ file) => (file.endsWith('/strings/en.json') ? { json: async () => JSON.parse(text('strings/en.json')) } : undefined) }) };
  vm.runInNewContext(text('sw.js'), { self, fetch, indexedDB, navigator, caches, AbortSignal });
  /** @type {Promise<unknown>} */ let done = Promise.resolve();
  on.sync({ tag: 'outbox', waitUntil: (/** @type {Promise<unknown>} */ p) => { done = p; } });
  const failed = await done.then(() => false, () => true);
  return { sent, kept, failed };
}

test('worker: what is refused for good holds up nothing behind it, and stays to be read', async () => {
  const { sent, kept, failed } = await sync({ '/one': 422, '/two': 201, '/three': 201 });
  assert.deepEqual([sent, failed], [['/one', '/two', '/three'], false]);
  assert.deepEqual([...kept.keys()], ['/one']);
  assert.equal(/** @type {any} */ (kept.get('/one')).refused, 'such a store is not known');
});

test('worker: a refusal without a reason is told in words, and is no less for good', async () => {
  for (const body of ['<h1>Too large</h1>', 'null', '{}']) {
    const { sent, kept } = await sync({ '/one': 413, '/two': 201 }, body);
    assert.deepEqual([sent, [...kept.keys()]], [['/one', '/two'], ['/one']]);
    assert.equal(/** @type {any} */ (kept.get('/one')).refused, 'That is not possible now', body);
  }
});

test('worker: what may be taken later keeps its place, and the browser tries again', async () => {
  for (const status of [401, 408, 409, 425, 429, 500, 503]) {
    const { sent, kept, failed } = await sync({ '/one': status, '/two': 201 });
    assert.deepEqual([sent, failed, kept.size], [['/one'], true, 2], String(status));
  }
});

test('worker: help is called first, whoever is signed in and however little the server says about that', async () => {
  const other = await sync({ '/one': 201, '/panic': 201 }, '{}', 'bob');
  assert.deepEqual([other.sent, [...other.kept.keys()], other.failed], [['/panic'], ['/one'], false]);
  const elsewhere = await sync({ '/panic': 422, '/one': 201 }, '{}', 'bob');
  assert.deepEqual([elsewhere.sent, [...elsewhere.kept.values()].map((item) => /** @type {any} */ (item).refused), elsewhere.failed], [['/panic'], [undefined, undefined], false]);
  const silent = await sync({ '/one': 201, '/panic': 201 }, '{}', '');
  assert.deepEqual([silent.sent, [...silent.kept.keys()], silent.failed], [['/panic'], ['/one'], true]);
});

/** What a person gets who opens the terminal while the server answers like this, when a copy is kept. @param {{status: number, body: string}} answer */
async function opened(answer) {
  const page = (/** @type {number} */ status, /** @type {string} */ body) => ({ status, body, ok: status < 300, redirected: false, clone: () => page(status, body) });
  const cache = { match: async () => page(200, 'kept'), put: async () => undefined };
  /** @type {Record<string, (event: any) => void>} */ const on = {};
  const self = { addEventListener: (/** @type {string} */ name, /** @type {any} */ f) => { on[name] = f; } };
  const fetch = async () => page(answer.status, answer.body);
  vm.runInNewContext(text('sw.js'), { self, fetch, caches: { open: async () => cache }, location: { origin: 'https://x' }, URL, setTimeout: () => 0 });
  /** @type {Promise<any>} */ let given = Promise.resolve();
  on.fetch({ request: { url: 'https://x/terminal', method: 'GET', mode: 'navigate' }, waitUntil: () => undefined, respondWith: (/** @type {Promise<any>} */ p) => { given = p; } });
  return (await given).body;
}

test('worker: a server that only says that it cannot is no reason to be without the terminal', async () => {
  assert.equal(await opened({ status: 200, body: 'fresh' }), 'fresh');
  assert.equal(await opened({ status: 404, body: 'fresh' }), 'fresh');
  for (const status of [500, 502, 503]) assert.equal(await opened({ status, body: 'Bad gateway' }), 'kept', String(status));
});
