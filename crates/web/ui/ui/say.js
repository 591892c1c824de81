// Short messages: seen in a corner, read out by a screen reader, gone by themselves unless they need an answer.
import { html, signal } from '../vendor/ui.js';
import { Failure } from '../rules/problem.js';
import { t } from '../rules/text.js';
import { Icon } from './icon.js';

/** @typedef {{id: number, words: string, tone: 'ok' | 'bad', action?: {label: string, run: () => void}}} Note */

/** How long a message stays. One with an action or bad news stays longer. */
const STAY_MS = 5000;
const STAY_LONG_MS = 12_000;

const notes = signal(/** @type {Note[]} */ ([]));
/** Read out at once; used once per critical incident. */
export const urgent = signal('');
let last = 0;

/** @param {string} words @param {{tone?: 'ok' | 'bad', action?: Note['action']}} [how] */
export function say(words, { tone = 'ok', action } = {}) {
  const id = ++last;
  notes.value = [...notes.value, { id, words, tone, action }].slice(-4);
  setTimeout(() => hush(id), tone === 'bad' || action ? STAY_LONG_MS : STAY_MS);
}

/** Why something did not work. @param {unknown} failure */
export function why(failure) {
  const f = failure instanceof Failure ? failure : new Failure({ kind: 'broken' });
  return f.detail || t(`fail.${f.kind}_detail`);
}

/** Says it. @param {unknown} failure */
export const sayFailure = (failure) => say(why(failure), { tone: 'bad' });

/** @param {number} id */
const hush = (id) => { notes.value = notes.value.filter((n) => n.id !== id); };

export function Notes() {
  return html`<div class="notes" role="status" aria-live="polite">
    ${notes.value.map((n) => html`<div key=${n.id} class=${`note ${n.tone}`}><${Icon} name=${n.tone === 'ok' ? 'circle-check' : 'triangle-alert'} />
      <p>${n.words}</p>${n.action && html`<button type="button" class="quiet" onClick=${() => { n.action?.run(); hush(n.id); }}>${n.action.label}</button>`}
      <button type="button" class="quiet square" aria-label=${t('action.dismiss')} onClick=${() => hush(n.id)}><${Icon} name="x" /></button></div>`)}
  </div><div class="vh" role="alert">${urgent.value}</div>`;
}
