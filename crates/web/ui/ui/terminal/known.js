// What is known of one report: read once, read again whenever the stream comes back, and kept true by it in between.
import { useEffect, useRef } from '../../vendor/ui.js';
import { get } from '../../edge/api.js';
import { board, changes } from '../../edge/live.js';
import { wire } from '../../edge/wire.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */

/** @param {{id: string | null, reference: string | null}} report nulls until the server has it @returns {Summary | undefined} */
export function useKnown({ id, reference }) {
  const last = useRef(/** @type {Summary | undefined} */ (undefined));
  useEffect(() => {
    if (!reference) return;
    void get(`/incidents?q=${encodeURIComponent(reference)}&limit=1`).then((page) => {
      board.load(/** @type {{items: Summary[]}} */ (page).items);
      changes.value++;
    }, () => undefined);
  }, [reference, wire.value.state]);
  void changes.value;
  const found = id ? board.shown(id) : undefined;
  if (found) last.current = found; // the board forgets what ended a while ago
  return last.current;
}
