// The one reducer of live events: what the browser knows of incidents, and in which order the desk shows them.
// Pure apart from its own maps: same events in, same board out. Golden-tested with test/fixtures.
import { deadline, ended, late, waiting } from './sla.js';

/** @typedef {import('./contract.d.ts').Summary} Summary */
/** @typedef {import('./contract.d.ts').LiveEvent} LiveEvent */

/** The order of the desk: what waits for a person first, then priority, then the nearest deadline. @param {Summary} a @param {Summary} b */
export function urgency(a, b) {
  return (
    (a.priority ?? 2.5) - (b.priority ?? 2.5) ||
    Number(!waiting(a)) - Number(!waiting(b)) ||
    deadline(a).due_ms - deadline(b).due_ms ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** Open incidents, kept sorted by urgency without ever sorting the whole again. */
export class Board {
  constructor() {
    /** @type {Map<string, Summary>} everything seen, ended ones included, as the server says it */
    this.byId = new Map();
    /** @type {Map<string, Partial<Summary>>} what a person did here and the server has not yet answered */
    this.pending = new Map();
    /** @type {WeakMap<object, {said: Summary, shown: Summary}>} the same words give the same object, so that nothing is drawn twice */
    this.patched = new WeakMap();
    /** @type {Summary[]} the open ones in order */
    this.open = [];
    /** @type {Summary[]} the last ended ones, newest first */
    this.ended = [];
  }

  /**
   * Takes what a list said. An older sequence never replaces a newer one, and of what changed while it was read it says nothing new.
   * @param {Summary[]} summaries @param {Set<string>} [changed]
   */
  load(summaries, changed) {
    for (const s of summaries) if (this.byId.has(s.id) || !changed?.has(s.id)) this.take(s);
  }

  /**
   * Starts again from a list that is complete: what it does not name is gone, ended ones too, except what changed while it was read.
   * @param {Summary[]} summaries @param {Set<string>} changed ids heard of since the first page was asked for
   */
  reload(summaries, changed) {
    const named = new Set(summaries.map((s) => s.id));
    for (const id of [...this.byId.keys()]) if (!named.has(id) && !changed.has(id)) this.forget(id);
    this.load(summaries, changed);
  }

  /** As if it had never been seen, with what was expected of it. @param {string} id */
  forget(id) {
    const before = this.shown(id);
    if (before) this.remove(before);
    this.byId.delete(id);
    this.pending.delete(id);
  }

  /** Takes one live event; true if the board changed. @param {LiveEvent} event */
  apply(event) {
    return event.incident ? this.take(event.incident) : false;
  }

  /** What the server says of one incident. @param {Summary} next */
  take(next) {
    const before = this.byId.get(next.id);
    if (before && before.sequence > next.sequence) return false;
    this.replace(before, next);
    return true;
  }

  /** Shows a change at once, before the server has answered. @param {string} id @param {Partial<Summary>} patch */
  expect(id, patch) {
    const before = this.shown(id);
    if (!before) return;
    this.remove(before);
    this.pending.set(id, patch);
    this.insert(/** @type {Summary} */ (this.shown(id)));
  }

  /** The server has answered: its word counts again. @param {string} id */
  settle(id) {
    const before = this.shown(id);
    if (!before || !this.pending.has(id)) return;
    this.remove(before);
    this.pending.delete(id);
    this.insert(/** @type {Summary} */ (this.shown(id)));
  }

  /** An incident as a person should see it. @param {string} id @returns {Summary | undefined} */
  shown(id) {
    const said = this.byId.get(id);
    const patch = said && this.pending.get(id);
    if (!patch) return said;
    const before = this.patched.get(patch);
    if (before?.said === said) return before.shown;
    const shown = { ...said, ...patch };
    this.patched.set(patch, { said, shown });
    return shown;
  }

  /** @param {Summary | undefined} before @param {Summary} next */
  replace(before, next) {
    if (before) this.remove(/** @type {Summary} */ (this.shown(next.id)));
    this.byId.set(next.id, next);
    this.insert(/** @type {Summary} */ (this.shown(next.id)));
  }

  /** @param {Summary} s */
  insert(s) {
    if (ended(s)) {
      this.ended = [s, ...this.ended.filter((e) => e.id !== s.id)];
      for (const old of this.ended.splice(ENDED_KEPT)) this.byId.delete(old.id);
      return;
    }
    this.open.splice(this.place(s), 0, s);
  }

  /** @param {Summary} s */
  remove(s) {
    if (ended(s)) { this.ended = this.ended.filter((e) => e.id !== s.id); return; }
    const at = this.place(s);
    if (this.open[at]?.id === s.id) this.open.splice(at, 1);
  }

  /** Where it stands or would stand. @param {Summary} s */
  place(s) {
    let low = 0, high = this.open.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (urgency(this.open[middle], s) < 0) low = middle + 1; else high = middle;
    }
    return low;
  }
}

/** How many ended incidents the desk remembers for "last closed". */
export const ENDED_KEPT = 20;

/**
 * What the strip and the views of the desk count, in one pass.
 * @param {Summary[]} open @param {number} now_ms @param {string} [person] whose own are counted
 */
export function figures(open, now_ms, person) {
  const n = { open: open.length, unacknowledged: 0, past: 0, mine: 0, checkpoint: 0 };
  for (const s of open) {
    if (waiting(s)) n.unacknowledged++;
    if (late(s, now_ms)) n.past++;
    if (s.checkpoint) n.checkpoint++;
    if (person && s.owner?.id === person) n.mine++;
  }
  return n;
}
