// One incident read from the server and kept true by the event stream, for the desk's pane and the incident page.
import { useComputed, useEffect, useRef } from '../../vendor/ui.js';
import { get } from '../../edge/api.js';
import { board, changes, onEvent, onGap } from '../../edge/live.js';
import { useLoad } from '../load.js';

/** @typedef {import('../../rules/contract.d.ts').Incident} Incident */

/** Facts of one incident come in bursts; it is read again once they pause. */
const PAUSE_MS = 200;

/** @param {string} id @param {number} [wait_ms] before the first read, so that walking through a list reads nothing */
export function useIncident(id, wait_ms = 0) {
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const { data, failure, loading, again } = useLoad(
    async (signal) => {
      if (wait_ms) await new Promise((resolve) => setTimeout(resolve, wait_ms));
      if (signal.aborted) throw new DOMException('', 'AbortError');
      return /** @type {Promise<Incident>} */ (get(`/incidents/${encodeURIComponent(id)}`, signal));
    },
    [id],
  );
  useEffect(() => {
    const later = () => { clearTimeout(timer.current); timer.current = setTimeout(again, PAUSE_MS); };
    const stop = onEvent((event) => { if (event.incident?.id === id) later(); });
    const gap = onGap(later);
    return () => { stop(); gap(); clearTimeout(timer.current); };
  }, [id]);
  // What may no longer be seen is not left standing.
  const hidden = ['absent', 'forbidden'].includes(/** @type {{kind?: string} | null} */ (failure)?.kind ?? '');
  const incident = data?.id === id && !hidden ? data : null;
  const shown = useComputed(() => { void changes.value; return board.shown(id); });
  return { incident, failure, loading, again, summary: hidden ? null : shown.value ?? (incident ? summary(incident) : null) };
}

/** The summary inside an incident, for one that is not on the board. @param {Incident} incident @returns {import('../../rules/contract.d.ts').Summary} */
function summary(incident) {
  const { narrative: _n, fields: _f, items: _i, reporter: _r, context: _c, assessment: _a, escalation: _e, timeline: _t, comments: _m, version: _v, deliveries: _d, deliveries_next: _dn, timeline_next: _tn, erased: _x, delivery_counts, ...rest } = incident;
  return { ...rest, deliveries: delivery_counts };
}
