// What is known of one report: read once, read again whenever the stream comes back, and kept true by it in between.
import { useEffect } from '../../vendor/ui.js';
import { told } from '../../rules/told.js';
import { name, t } from '../../rules/text.js';
import { get } from '../../edge/api.js';
import { board, changes } from '../../edge/live.js';
import { wire } from '../../edge/wire.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */

/** @param {{id: string | null, reference: string | null}} report nulls until the server has it @returns {Summary | undefined} */
export function useKnown({ id, reference }) {
  useEffect(() => {
    if (!reference) return;
    void get(`/incidents?q=${encodeURIComponent(reference)}&limit=1`).then((page) => {
      board.load(/** @type {{items: Summary[]}} */ (page).items);
      changes.value++;
    }, () => undefined);
  }, [reference, wire.value.state]);
  void changes.value;
  return id ? board.shown(id) : undefined;
}

/** Who has it, or how far it has come, in one sentence. @param {Summary | undefined} incident @param {number} since_ms @param {number} now_ms */
export function sentence(incident, since_ms, now_ms) {
  const state = told(incident, since_ms, now_ms);
  if (state !== 'taken' || !incident) return t(`told.${state}`);
  return incident.owner ? t(incident.state === 'responding' ? 'told.responding' : 'told.taken', { name: incident.owner.name }) : name('state', incident.state);
}
