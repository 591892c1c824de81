// How alive the event stream is, as people should see it. No network here.

/** The server says something at least this often; twice that without a word is a lost stream. */
export const TICK_MS = 5000;
export const LOST_AFTER_MS = 12_000;
/** Waits between attempts to connect again. */
export const RETRY_MS = [500, 1000, 2000, 4000, 8000];

/** @typedef {{open: boolean, heard_ms: number, failed: boolean}} Wire */

/** @param {Wire} wire @param {number} now_ms local ms @returns {{state: 'starting' | 'live' | 'lost', age_ms: number}} */
export function condition(wire, now_ms) {
  const age_ms = wire.heard_ms ? Math.max(0, now_ms - wire.heard_ms) : 0;
  if (!wire.heard_ms) return { state: wire.failed ? 'lost' : 'starting', age_ms };
  return { state: wire.failed || age_ms > LOST_AFTER_MS ? 'lost' : 'live', age_ms };
}

/** @param {number} attempt from 0 @param {number} chance 0 to 1 */
export const wait_ms = (attempt, chance) => RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] * (0.75 + chance / 2);

/** The kinds of facts that the server tells; an EventSource hears only kinds it was told of. */
export const KINDS = [
  'reported', 'enriched', 'assessed', 'routed', 'overridden', 'acknowledged', 'commented', 'reassigned', 'responding', 'escalated',
  'breached', 'exhausted', 'notified', 'delivery', 'resolved', 'closed', 'false_alarm', 'withdrawn', 'merged', 'unmerged',
  'absorbed', 'released', 'erased',
].map((kind) => `incident.${kind}`).concat('organisation.changed', 'organisation.shift');
