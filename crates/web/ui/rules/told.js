// Who knows of a report, in the order in which it gets better: nobody yet, it has arrived, somebody has it.
// It never says more than is known: what was only sent has reached nobody.
import { late, waiting } from './sla.js';

/** @typedef {import('./contract.d.ts').Summary} Summary */
/** @typedef {'recorded' | 'arrived' | 'nobody' | 'taken'} Told */

/** As long as no deadline is known, a report that nobody has taken after this time counts as unanswered. */
export const PATIENCE_MS = 60_000;

/** Whether any message of it has come to a person. @param {Summary} incident */
export const arrived = ({ deliveries }) => deliveries.delivered + deliveries.seen > 0;

/**
 * `nobody` asks the person to call somebody: the ways to reach anybody have run out, or the time to take it has.
 * @param {Summary | undefined} incident undefined until the server's word of it has come
 * @param {number} since_ms when it was made @param {number} now_ms @returns {Told}
 */
export function told(incident, since_ms, now_ms) {
  if (incident && !waiting(incident)) return 'taken';
  if (incident?.unreached || (incident && late(incident, now_ms))) return 'nobody';
  if (!incident?.acknowledge_by && now_ms - since_ms > PATIENCE_MS) return 'nobody';
  return incident && arrived(incident) ? 'arrived' : 'recorded';
}
