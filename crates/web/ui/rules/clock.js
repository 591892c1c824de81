// The server's clock as this browser sees it. Deadlines are compared with it and never counted down by hand.
import { signal } from '../vendor/ui.js';

let offset_ms = 0;
/** Shortest round trip of the sample in use: a sample with a longer one says less. */
let trip_ms = Infinity;

/** The current second in server time, in ms; ticks by `tick`. */
export const second = signal(Date.now());

/** Now in server time, in ms. */
export const now = () => Date.now() + offset_ms;

/**
 * Learns from a server time that arrived in a reply.
 * @param {string} server_time RFC 3339 @param {number} sent_ms local ms when asked @param {number} got_ms local ms when answered
 */
export function learn(server_time, sent_ms, got_ms) {
  const server = Date.parse(server_time);
  const trip = got_ms - sent_ms;
  if (Number.isNaN(server)) return;
  const offset = server - (sent_ms + got_ms) / 2;
  if (trip > trip_ms && Math.abs(offset - offset_ms) < trip) return;
  trip_ms = trip;
  offset_ms = offset;
  tick();
}

/** Moves `second` on; call it about once a second. */
export function tick() { second.value = now(); }
