// Doing something with an incident: shown at once where that is safe, taken back with a reason where the server refuses.
import { name, t } from '../../rules/text.js';
import { now } from '../../rules/clock.js';
import { act } from '../../edge/api.js';
import { board, changes } from '../../edge/live.js';
import { me } from '../../edge/session.js';
import { say, sayFailure } from '../say.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */
/** @typedef {import('../../rules/contract.d.ts').Verb} Verb */

/** What a verb makes true at once, before the server has said so. @type {Partial<Record<Verb, () => Partial<Summary>>>} */
const EXPECTED = {
  acknowledge: () => ({
    state: 'acknowledged', acknowledged_by: me.value?.person ?? null, owner: me.value?.person ?? null,
    acknowledged_at: new Date(now()).toISOString(), next_step_at: null,
  }),
  respond: () => ({ state: 'responding' }),
};

/** True when the server took it; why it did not is said in a message. @param {{id: string, reference: string}} incident @param {Verb} verb @param {Record<string, unknown>} [body] */
export async function perform(incident, verb, body) {
  try {
    await attempt(incident, verb, body);
    return true;
  } catch (failure) {
    sayFailure(failure);
    return false;
  }
}

/** Rejects with the reason when the server does not take it. @param {{id: string, reference: string}} incident @param {Verb} verb @param {Record<string, unknown>} [body] */
export async function attempt(incident, verb, body = {}) {
  const expected = EXPECTED[verb]?.();
  if (expected) { board.expect(incident.id, expected); changes.value++; }
  try {
    const answer = await act(incident.id, verb, body);
    if (answer?.incident) board.take(answer.incident);
    if (verb !== 'seen' && verb !== 'acknowledge') say(t('done', { verb: name('did', verb), reference: incident.reference }));
  } finally {
    board.settle(incident.id);
    changes.value++;
  }
}
