// Which deadline an incident is under, and how it stands.
import { ms, span } from './time.js';

/** @typedef {import('./contract.d.ts').Summary} Summary */
/** @typedef {{kind: 'acknowledge' | 'resolve' | 'none', due_ms: number, start_ms: number}} Deadline */

/** Below this much time left, a deadline is shown as pressing. */
export const SOON_SHARE = 0.25;
const ENDED = new Set(['resolved', 'closed', 'merged', 'false_alarm', 'withdrawn']);

/** Whether nothing more is to be done. @param {{state: string}} incident */
export const ended = (incident) => ENDED.has(incident.state);

/** Whether it still waits for somebody to take it. @param {{state: string}} incident */
export const waiting = (incident) => incident.state === 'reported' || incident.state === 'open';

/** A summary never changes, so its deadline is worked out once. @type {WeakMap<object, Deadline>} */
const known = new WeakMap();

/** The deadline that counts now: acknowledge until somebody has, then resolve. @param {Pick<Summary, 'state' | 'reported_at' | 'acknowledge_by' | 'resolve_by'>} incident @returns {Deadline} */
export function deadline(incident) {
  const before = known.get(incident);
  if (before) return before;
  const start_ms = ms(incident.reported_at) ?? 0;
  /** @type {Deadline} */ let found = { kind: 'none', due_ms: Infinity, start_ms };
  if (!ended(incident)) {
    const kind = waiting(incident) ? 'acknowledge' : 'resolve';
    const due_ms = ms(kind === 'acknowledge' ? incident.acknowledge_by : incident.resolve_by);
    if (due_ms !== null) found = { kind, due_ms, start_ms };
  }
  known.set(incident, found);
  return found;
}

/**
 * How a deadline stands at a moment: the words, how pressing, and the share of time used (0 to 1).
 * @param {Deadline} deadline @param {number} now_ms
 * @returns {{text: string, left_ms: number, state: 'none' | 'ok' | 'soon' | 'late', used: number}} `left_ms` below zero when late
 */
export function standing({ kind, due_ms, start_ms }, now_ms) {
  if (kind === 'none') return { text: '', left_ms: 0, state: 'none', used: 0 };
  const left = due_ms - now_ms;
  const whole = Math.max(1, due_ms - start_ms);
  const used = Math.min(1, Math.max(0, 1 - left / whole));
  const state = left < 0 ? 'late' : left < whole * SOON_SHARE ? 'soon' : 'ok';
  const left_ms = left < 0 ? Math.min(left, -1000) : left;
  return { text: span(left_ms), left_ms, state, used };
}

/** Whether a deadline has passed, by the clock or by the server's word. @param {Summary} incident @param {number} now_ms */
export function late(incident, now_ms) {
  if (deadline(incident).due_ms < now_ms) return true;
  return waiting(incident) ? incident.breached.acknowledge : !ended(incident) && incident.breached.resolve;
}
