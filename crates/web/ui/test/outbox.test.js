// What the page sends by itself, in a browser with a disk and a network of the test's own.
import assert from 'node:assert/strict';
import test from 'node:test';

/** @param {unknown} result */
const asked = (result) => /** @type {{result: unknown, onsuccess?: () => void}} */ ({ result });
const disk = { outbox: new Map(), known: new Map() };
const database = {
  transaction(/** @type {'outbox' | 'known'} */ name) {
    const all = disk[name];
    const store = {
      getAll: () => asked([...all.values()]), count: () => asked(all.size), get: (/** @type {string} */ key) => asked(all.get(key)),
      put: (/** @type {any} */ item, key = item.key) => asked(all.set(key, item)), delete: (/** @type {string} */ key) => asked(all.delete(key)),
    };
    const transaction = { objectStore: () => store, oncomplete: () => undefined };
    queueMicrotask(() => transaction.oncomplete());
    return transaction;
  },
};
/** What the network does with a path, and what came through. @type {Record<string, unknown>} */ const answers = {};
/** @type {string[]} */ let sent = [];
const fetch = async (/** @type {string} */ address) => {
  const path = address.replace('/api/v1', '');
  if (path !== '/me') sent.push(path);
  const body = answers[path];
  if (body === 'never') return new Promise(() => undefined);
  if (!body) throw new TypeError('no network');
  if (typeof body === 'number') return { ok: false, status: body, headers: new Headers(), text: async () => '{"detail": "not here"}' };
  return { ok: true, status: 201, headers: new Headers(), text: async () => JSON.stringify(body) };
};
const known = { postMessage: () => undefined };
const browser = {
  fetch, addEventListener: () => undefined, BroadcastChannel: function BroadcastChannel() { return known; },
  indexedDB: { open: () => { const request = asked(database); queueMicrotask(() => request.onsuccess?.()); return request; } },
  navigator: { locks: { request: (/** @type {string} */ _name, /** @type {() => unknown} */ work) => work() } },
};
for (const [name, value] of Object.entries(browser)) Object.defineProperty(globalThis, name, { value, configurable: true });

const { arrive } = await import('../edge/session.js');
const { drain, own, submit } = await import('../edge/outbox.js');

/** Waits until so much went out, or a while. @param {number} number */
async function out(number) {
  for (let n = 0; n < 100 && sent.length < number; n++) await new Promise((resolve) => setTimeout(resolve, 5));
  return sent;
}

/** @param {'panic' | 'report'} kind */
const thing = (kind) => ({ kind, path: kind === 'panic' ? '/panic' : '/reports', body: {}, title: kind, at: `2026-11-22T14:00:0${kind.length}Z` });

/** Somebody at a terminal without a network, with a report and a call for help that wait. */
async function waiting() {
  for (const path of Object.keys(answers)) delete answers[path];
  disk.outbox.clear();
  answers['/me'] = { person: { id: 'ann', name: 'Ann' } };
  await arrive();
  own('ann');
  await submit(thing('panic'));
  await submit(thing('report'));
  await drain();
  assert.equal(disk.outbox.size, 2);
  sent = [];
}

test('outbox: a call for help goes out whoever is signed in by then, and nothing else does', async () => {
  await waiting();
  Object.assign(answers, { '/me': { person: { id: 'ben', name: 'Ben' } }, '/panic': {}, '/reports': {} });
  await drain();
  assert.deepEqual([sent, [...disk.outbox.values()].map((item) => item.kind)], [['/panic'], ['report']]);
});

test('outbox: a call for help that whoever is here cannot make stays until its owner is', async () => {
  for (const status of [403, 422]) {
    await waiting();
    Object.assign(answers, { '/me': { person: { id: 'ben', name: 'Ben' } }, '/panic': status });
    await drain();
    own('ben');
    await drain();
    assert.deepEqual([...new Set(sent)], ['/panic'], String(status));
    assert.deepEqual([...disk.outbox.values()].map((item) => item.refused), [undefined, undefined], String(status));
    own('ann');
    Object.assign(answers, { '/me': { person: { id: 'ann', name: 'Ann' } } });
    await arrive();
    await drain();
    assert.equal([...disk.outbox.values()].find((item) => item.kind === 'panic').refused, 'not here');
  }
});

test('outbox: a call for help waits for no answer about who is here', async () => {
  await waiting();
  Object.assign(answers, { '/me': 'never', '/panic': {}, '/reports': {} });
  void drain();
  assert.deepEqual(await out(1), ['/panic']);
});
