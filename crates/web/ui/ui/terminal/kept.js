// What was begun and not sent: kept for whoever was called away for a moment, gone before the next person stands here.
import { html, signal } from '../../vendor/ui.js';
import { now } from '../../rules/clock.js';
import { hour } from '../../rules/time.js';
import { t } from '../../rules/text.js';
import { keep } from '../../edge/typed.js';
import { Icon } from '../icon.js';

/** What nobody has changed for this long is forgotten. */
const KEPT_MS = 180_000;

/** @template T @typedef {{what: T, since_ms: number, changed_ms: number}} Kept `since_ms` is when it was begun */

/** Things begun, each under a key of its own. @template T */
export class Shelf {
  constructor() {
    /** @type {import('../../vendor/ui.js').Signal<Record<string, Kept<T>>>} */ this.all = signal({});
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */ this.timers = new Map();
  }

  /** What is kept, unless it is too old: a device that slept ran no timer. @param {string} key @returns {Kept<T> | undefined} */
  find(key) {
    const kept = this.all.value[key];
    return kept && now() - kept.changed_ms < KEPT_MS ? kept : undefined;
  }

  /** @param {string} key @param {T | null} what null when nothing is left to keep */
  keep(key, what) {
    const { [key]: before, ...others } = this.all.peek();
    this.all.value = what === null ? others : { ...others, [key]: { what, since_ms: before?.since_ms ?? now(), changed_ms: now() } };
    keep(`begun ${key}`, Boolean(what));
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    if (what !== null) this.timers.set(key, setTimeout(() => this.keep(key, null), KEPT_MS));
  }
}

/** Says that something was begun earlier, perhaps by somebody else. @param {{since_ms: number, onAgain: () => void}} props */
export const Begun = ({ since_ms, onAgain }) => html`<p class="callout begun"><${Icon} name="clock" /><span>${t('kept.begun', { time: hour(new Date(since_ms).toISOString()) })}</span><button type="button" onClick=${onAgain}>${t('kept.again')}</button></p>`;
