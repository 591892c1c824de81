// When more alarms come than a person can take one by one, and how they are then grouped.
import { waiting } from './sla.js';
import { ms } from './time.js';
import { urgency } from './incidents.js';

/** @typedef {import('./contract.d.ts').Summary} Summary */
/** @typedef {{kind: 'incident', id: string, incident: Summary, inside: boolean}} IncidentRow */
/** @typedef {{kind: 'group', id: string, site: string, name: string, incidents: Summary[], waiting: number, worst: Summary, open: boolean}} GroupRow */
/** @typedef {IncidentRow | GroupRow} Row */

/** The window in which alarms are counted (EEMUA 191: more than ten in ten minutes is a flood). */
export const WINDOW_MS = 600_000;
/** More than this many alarms in the window is a flood. */
export const FLOOD_OVER = 10;
/** The flood is over when no more than this many are left in the window. */
export const CALM_AT = 7;

/** Whether an incident makes itself heard: low ones never do. @param {Summary} s */
export const sounds = (s) => s.priority !== null && s.priority <= 3;

/** The alarms of the last ten minutes. */
export class AlarmRate {
  constructor() {
    /** @type {Map<string, number>} incident and priority → when it was heard */ this.heard = new Map();
    this.flood = false;
  }

  /** Counts an incident once per priority it has had; true if it is a new alarm. @param {Summary} s @param {number} now_ms */
  hear(s, now_ms) {
    const at = ms(s.reported_at) ?? now_ms;
    const key = `${s.id} ${s.priority}`;
    if (!sounds(s) || at < now_ms - WINDOW_MS || this.heard.has(key)) return false;
    this.heard.set(key, at);
    return true;
  }

  /** How many there were up to now, and whether that is a flood. @param {number} now_ms */
  count(now_ms) {
    for (const [key, at] of this.heard) if (at < now_ms - WINDOW_MS) this.heard.delete(key);
    const n = this.heard.size;
    this.flood = this.flood ? n > CALM_AT : n > FLOOD_OVER;
    return { n, flood: this.flood };
  }
}

/**
 * The rows of the flood view: critical ones by themselves on top, others in one row per site that has several.
 * @param {Summary[]} open in order of urgency @param {Set<string>} unfolded sites shown with their incidents @returns {Row[]}
 */
export function grouped(open, unfolded) {
  /** @type {Row[]} */ const rows = [];
  /** @type {Map<string, Summary[]>} */ const sites = new Map();
  for (const incident of open) {
    if (incident.priority === 1) rows.push(row(incident));
    else {
      const here = sites.get(incident.site);
      if (here) here.push(incident); else sites.set(incident.site, [incident]);
    }
  }
  const groups = [...sites].sort(([, a], [, b]) => urgency(a[0], b[0]));
  for (const [site, incidents] of groups) {
    if (incidents.length === 1) {
      rows.push(row(incidents[0]));
      continue;
    }
    const shown = unfolded.has(site);
    rows.push({
      kind: 'group', id: `site:${site}`, site, name: incidents[0].site_name, incidents, worst: incidents[0],
      waiting: incidents.filter(waiting).length, open: shown,
    });
    if (shown) for (const incident of incidents) rows.push({ kind: 'incident', id: incident.id, incident, inside: true });
  }
  return rows;
}

/** The rows of the ordinary view. @param {Summary[]} open @returns {Row[]} */
export const plainRows = (open) => open.map(row);

/** The same incident gives the same row, so that a row which did not change is not drawn again. @type {WeakMap<Summary, IncidentRow>} */
const rowOf = new WeakMap();
/** @param {Summary} incident @returns {IncidentRow} */
function row(incident) {
  let found = rowOf.get(incident);
  if (!found) rowOf.set(incident, (found = { kind: 'incident', id: incident.id, incident, inside: false }));
  return found;
}
