// Who knows of a report, in the order in which it gets better: nobody yet, it has arrived, somebody has it.
// It never says more than is known: what was only sent has reached nobody.
import { ended, late, waiting } from './sla.js';
import { name, t } from './text.js';

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

/** Who has it, or what became of it, in one sentence. @param {Summary | undefined} incident @param {number} since_ms @param {number} now_ms */
export function sentence(incident, since_ms, now_ms) {
  const state = told(incident, since_ms, now_ms);
  if (state !== 'taken' || !incident) return t(`told.${state}`);
  if (ended(incident) || !incident.owner) return name('state', incident.state);
  return t(incident.state === 'responding' ? 'told.responding' : 'told.taken', { name: incident.owner.name });
}

/**
 * The same in a list of reports, which asks nobody to call anybody: it may be of yesterday, and without a connection it is old.
 * @param {Summary} incident @param {'starting' | 'live' | 'lost'} wire @param {number} now_ms
 */
export function listed(incident, wire, now_ms) {
  const since_ms = Date.parse(incident.reported_at);
  if (!ended(incident) && wire !== 'live') return t(wire === 'lost' ? 'told.unknown' : 'connection.starting');
  return told(incident, since_ms, now_ms) === 'nobody' ? t('help_page.waiting') : sentence(incident, since_ms, now_ms);
}

/** The newer of two words on one incident. @param {Summary} a @param {Summary | undefined} b */
export const newer = (a, b) => (b && b.sequence >= a.sequence ? b : a);
