// What the desk sounds like: which pulses for which priority, and when the critical one repeats. No audio here, only the plan.
import { waiting } from './sla.js';

/** @typedef {import('./contract.d.ts').Summary} Summary */
/** @typedef {{at_s: number, length_s: number, hertz: number, volume: number}} Pulse */

/** A critical incident that nobody has acknowledged is sounded again after this long. */
export const REPEAT_MS = 10_000;
/** How long a person may silence the desk. */
export const PAUSE_MS = 60_000;

/** Pulses of one annunciation. Critical follows the 5 + 5 burst of IEC 60601-1-8. @param {number | null} priority @returns {Pulse[]} */
export function pulses(priority) {
  if (priority === 1) return [...burst(5, 0, 880, 0.5), ...burst(5, 1.3, 880, 0.5)];
  if (priority === 2) return burst(3, 0, 660, 0.4);
  if (priority === 3) return burst(1, 0, 520, 0.18);
  return [];
}

/** @param {number} n @param {number} from_s @param {number} hertz @param {number} volume @returns {Pulse[]} */
const burst = (n, from_s, hertz, volume) =>
  Array.from({ length: n }, (_, i) => ({ at_s: from_s + i * 0.22 + (n === 5 && i > 2 ? 0.12 : 0), length_s: 0.14, hertz, volume }));

/** Decides, for each moment, what to sound next. */
export class Alarm {
  constructor() {
    this.last_critical_ms = -Infinity;
    this.paused_until_ms = 0;
    /** @type {number | null} the most urgent priority that has not been sounded yet */ this.next = null;
  }

  /** A new alarm came. @param {number | null} priority */
  raise(priority) {
    if (priority && priority <= 3) this.next = Math.min(this.next ?? 4, priority);
  }

  /** @param {number} now_ms */
  pause(now_ms) { this.paused_until_ms = now_ms + PAUSE_MS; }
  resume() { this.paused_until_ms = 0; }
  /** How long it stays silenced. @param {number} now_ms */
  paused_ms(now_ms) { return Math.max(0, this.paused_until_ms - now_ms); }

  /**
   * The priority to sound now, or null. Ask about twice a second.
   * @param {Summary[]} open @param {boolean} flood in a flood only critical ones sound @param {number} now_ms
   */
  due(open, flood, now_ms) {
    const next = this.next;
    this.next = null;
    if (this.paused_ms(now_ms)) return null;
    const critical = open.some((s) => s.priority === 1 && waiting(s));
    if (critical && (next === 1 || now_ms - this.last_critical_ms >= REPEAT_MS)) {
      this.last_critical_ms = now_ms;
      return 1;
    }
    if (!critical) this.last_critical_ms = -Infinity;
    return flood || next === 1 ? null : next;
  }
}
