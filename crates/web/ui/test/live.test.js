// What the page makes of the event stream, with a server of the test's own.
import assert from 'node:assert/strict';
import test, { mock } from 'node:test';

mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });

/** The connections so far. @type {Source[]} */ const sources = [];
class Source {
  /** @type {Map<string, (event: any) => void>} */ on = new Map();
  /** @param {string} address */
  constructor(address) { this.address = address; sources.push(this); }
  addEventListener(/** @type {string} */ name, /** @type {(event: any) => void} */ f) { this.on.set(name, f); }
  close() {}
  /** @param {string} name @param {unknown} [data] @param {string} [lastEventId] */
  say(name, data, lastEventId) { this.on.get(name)?.({ data: JSON.stringify(data), lastEventId }); }
}
const channel = { postMessage: () => undefined };
const browser = {
  EventSource: Source, addEventListener: () => undefined, removeEventListener: () => undefined, BroadcastChannel: function BroadcastChannel() { return channel; },
  navigator: { locks: { request: (/** @type {string} */ _name, /** @type {() => unknown} */ work) => work() } },
};
for (const [name, value] of Object.entries(browser)) Object.defineProperty(globalThis, name, { value, configurable: true });

const { listen, onGap } = await import('../edge/live.js');

test('live: after a break that was too long every list is read again, and once', async () => {
  let reloads = 0;
  onGap(() => { reloads++; });
  listen('ann');
  const server_time = '2026-11-22T14:00:00Z';
  sources[0]?.say('hello', { server_time, resumed: false }, 'token');
  assert.equal(reloads, 0, 'nothing was missed yet');
  sources[0]?.say('error');
  await Promise.resolve();
  await Promise.resolve();
  mock.timers.tick(10_000);
  for (let n = 0; n < 10 && sources.length < 2; n++) await Promise.resolve();
  assert.match(sources[1]?.address ?? '', /after=token/);
  sources[1]?.say('hello', { server_time, resumed: false }, 'later');
  sources[1]?.say('resync', {});
  assert.equal(reloads, 1);
});
