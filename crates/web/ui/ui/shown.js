// A list of incidents as the board knows them now; the same list again as long as none of them has changed.
import { useComputed, useRef } from '../vendor/ui.js';
import { board, changes } from '../edge/live.js';

/** @typedef {import('../rules/contract.d.ts').Summary} Summary */

/** @param {Summary[]} list @returns {Summary[]} */
export function useShown(list) {
  const wanted = useRef(list);
  const last = useRef(/** @type {Summary[]} */ ([]));
  wanted.current = list;
  const now = () => {
    const next = wanted.current.map((s) => board.shown(s.id) ?? s);
    if (next.length !== last.current.length || next.some((s, i) => s !== last.current[i])) last.current = next;
    return last.current;
  };
  void useComputed(() => { void changes.value; return now(); }).value;
  return now();
}
