// Form fields bound to a document by JSON pointer, with the server's message for that pointer beside them.
import { html, useId, useSignal } from '../vendor/ui.js';
import { at } from '../rules/form.js';
import { t } from '../rules/text.js';
import { local, utc } from '../rules/moment.js';
import { Icon } from './icon.js';

/** @typedef {{document: unknown, fields: Map<string, string>, change: (pointer: string, value: unknown) => void, locked: boolean, refused?: boolean, labels?: Map<string, {label: string, id: string}>}} Form */
/** @typedef {{form: Form, at: string, label: string, hint?: string, class?: string}} Common */

/** What is wrong with a field. Its label is noted, so that the summary can name it and lead to it. @param {Form} form @param {string} pointer @param {string} label @param {string} id */
function message(form, pointer, label, id) {
  form.labels?.set(pointer, { label, id });
  return said(form, pointer);
}

/** In the words it came with; of the server's own only where something stands in the field. @param {Form} form @param {string} pointer */
const said = (form, pointer) => {
  const words = form.fields.get(pointer);
  return words && form.refused && ['', null].includes(/** @type {string | null} */ (at(form.document, pointer))) ? t('form.blank') : words;
};

/** @param {{id: string, label: string, hint?: string, wrong?: string, class?: string, children: unknown}} props */
function Frame({ id, label, hint, wrong, class: more = '', children }) {
  return html`<div class=${`field ${wrong ? 'wrong' : ''} ${more}`}><label for=${id}>${label}</label>${children}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${wrong && html`<p class="problem" id=${`${id}-wrong`}>${wrong}</p>`}</div>`;
}

/** @param {string} id @param {string | undefined} hint @param {string | undefined} wrong */
const about = (id, hint, wrong) => [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ') || undefined;

/**
 * The text of a field for a number: as it was typed as long as it means what is kept ("0." on the way to "0.5"), else what is kept.
 * @param {number | null} kept @param {(raw: string) => number | null} read @param {(kept: number) => number} show
 */
function useTyped(kept, read, show) {
  const typed = useSignal('');
  return { typed, text: read(typed.value) === kept ? typed.value : kept === null ? '' : String(show(kept)) };
}

/** @param {Common & {type?: string, placeholder?: string, required?: boolean, min?: number, max?: number, number?: boolean, per?: number, step?: number, optional?: boolean}} props a number is kept as a whole one of units of which `per` make the one shown */
export function Text({ form, at: pointer, label, hint, type = 'text', number = false, per = 1, optional = false, class: more, ...rest }) {
  const id = useId();
  const wrong = message(form, pointer, label, id);
  const kept = at(form.document, pointer) ?? null;
  const amount = (/** @type {string} */ raw) => (raw === '' ? null : Math.round(Number(raw) * per));
  const { typed, text } = useTyped(/** @type {number | null} */ (kept), amount, (n) => n / per);
  const read = (/** @type {string} */ raw) => (number ? amount(raw) : optional && raw === '' ? null : raw);
  return html`<${Frame} id=${id} label=${label} hint=${hint} wrong=${wrong} class=${more}>
    <input id=${id} type=${number ? 'number' : type} value=${number ? text : kept ?? ''} disabled=${form.locked} ...${rest}
      aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${about(id, hint, wrong)}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => { typed.value = e.currentTarget.value; form.change(pointer, read(typed.value)); }} /><//>`;
}

/** @param {Common & {rows?: number}} props */
export function Long({ form, at: pointer, label, hint, rows = 3, class: more }) {
  const id = useId();
  const wrong = message(form, pointer, label, id);
  return html`<${Frame} id=${id} label=${label} hint=${hint} wrong=${wrong} class=${more}>
    <textarea id=${id} rows=${rows} disabled=${form.locked} value=${at(form.document, pointer) ?? ''} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${about(id, hint, wrong)}
      onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ e) => form.change(pointer, e.currentTarget.value)}></textarea><//>`;
}

/** @param {Common & {options: [string, string, string?][], none?: string, number?: boolean}} props `none` names the empty choice; a third word in an option names its group */
export function Choice({ form, at: pointer, label, hint, options, none, number = false, class: more }) {
  const id = useId();
  const wrong = message(form, pointer, label, id);
  const value = String(at(form.document, pointer) ?? '');
  const read = (/** @type {string} */ raw) => (raw === '' ? null : number ? Number(raw) : raw);
  return html`<${Frame} id=${id} label=${label} hint=${hint} wrong=${wrong} class=${more}>
    <select id=${id} disabled=${form.locked} value=${value} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${about(id, hint, wrong)}
      onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ e) => form.change(pointer, read(e.currentTarget.value))}>
      ${none !== undefined && html`<option value="" selected=${value === ''}>${none}</option>`}
      ${[...new Set(options.map(([, , group]) => group))].map((group) => {
        const list = options.filter((o) => o[2] === group).map(([v, words]) => html`<option key=${v} value=${v} selected=${v === value}>${words}</option>`);
        return group ? html`<optgroup key=${group} label=${group}>${list}</optgroup>` : list;
      })}</select><//>`;
}

/** @param {Common} props */
export function Check({ form, at: pointer, label, hint, class: more = '' }) {
  const id = useId();
  return html`<div class=${`check ${more}`}><input id=${id} type="checkbox" checked=${Boolean(at(form.document, pointer))} disabled=${form.locked}
      aria-describedby=${hint ? `${id}-hint` : undefined}
      onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => form.change(pointer, e.currentTarget.checked)} />
    <label for=${id}>${label}</label>${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}</div>`;
}

/** A list of strings as checkboxes. @param {Common & {options: [string, string][]}} props */
export function Several({ form, at: pointer, label, options, class: more = '' }) {
  const chosen = /** @type {string[]} */ (at(form.document, pointer) ?? []);
  const id = useId();
  const wrong = message(form, pointer, label, id);
  return html`<fieldset id=${id} tabindex="-1" class=${`several ${more}`} disabled=${form.locked}><legend>${label}</legend><div class="chips small">
    ${options.map(([v, words]) => html`<label key=${v} class="chip"><input type="checkbox" checked=${chosen.includes(v)}
      onChange=${() => form.change(pointer, chosen.includes(v) ? chosen.filter((x) => x !== v) : [...chosen, v])} /><span>${words}</span></label>`)}</div>
    ${wrong && html`<p class="problem">${wrong}</p>`}</fieldset>`;
}

/** Seconds of each unit that a person may choose. @type {[number, string][]} */
const UNITS = [[1, 's'], [60, 'min'], [3600, 'h'], [86_400, 'd']];

/** A duration kept in seconds, shown as a number and a unit. @param {Common & {min?: number}} props `min` in seconds */
export function Duration({ form, at: pointer, label, hint, min = 0, class: more }) {
  const id = useId();
  const wrong = message(form, pointer, label, id);
  const s = /** @type {number | null} */ (at(form.document, pointer) ?? null);
  const unit = useSignal(UNITS.findLast(([size]) => s && s % size === 0)?.[0] ?? 60);
  const read = (/** @type {string} */ raw) => (raw === '' ? null : Math.round(Number(raw) * unit.value));
  const { typed, text } = useTyped(s, read, (kept) => Math.round((kept / unit.value) * 100) / 100);
  return html`<${Frame} id=${id} label=${label} hint=${hint} wrong=${wrong} class=${more}><span class="amount">
    <input id=${id} type="number" value=${text} min=${min / unit.value} step="any" disabled=${form.locked} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${about(id, hint, wrong)}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => { typed.value = e.currentTarget.value; form.change(pointer, read(typed.value)); }} />
    <select aria-label=${t('form.unit', { label })} disabled=${form.locked} value=${String(unit.value)}
      onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ e) => { typed.value = text; unit.value = Number(e.currentTarget.value); form.change(pointer, read(text)); }}>
      ${UNITS.map(([size, word]) => html`<option key=${word} value=${String(size)} selected=${size === unit.value}>${t(`unit.${word}`)}</option>`)}</select></span><//>`;
}

/** A moment kept in UTC, chosen in the time of this browser. @param {Common} props */
export function Moment({ form, at: pointer, label, hint, class: more }) {
  const id = useId();
  const wrong = message(form, pointer, label, id);
  return html`<${Frame} id=${id} label=${label} hint=${hint} wrong=${wrong} class=${more}>
    <input id=${id} type="datetime-local" value=${local(String(at(form.document, pointer) ?? ''))} disabled=${form.locked} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${about(id, hint, wrong)}
      onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => { if (e.currentTarget.value) form.change(pointer, utc(e.currentTarget.value)); }} /><//>`;
}

/** Why it was not taken, where no field is to blame. @param {{failure: import('../rules/problem.js').Failure | null}} props */
export function Refused({ failure: f }) {
  if (!f || f.fields.size) return null;
  return html`<div class="callout bad" role="alert" tabindex="-1"><${Icon} name="circle-x" /><p><b>${f.title || t(`fail.${f.kind}`)}</b> ${f.detail || t(`fail.${f.kind}_detail`)}${f.request_id ? html` <span class="small">${t('fail.request', { id: f.request_id })}</span>` : ''}</p></div>`;
}

/** What is wrong, field by field, each with a link to the field. @param {{form: Form}} props */
export function Summary({ form }) {
  if (form.fields.size === 0) return null;
  return html`<div class="summary" role="alert" tabindex="-1"><p>${t('form.wrong', { n: form.fields.size })}</p>
    <ul>${[...form.fields.keys()].map((pointer) => html`<li key=${pointer}><${Lead} to=${form.labels?.get(pointer)} /> ${said(form, pointer)}</li>`)}</ul></div>`;
}

/** @param {{to?: {label: string, id: string}}} props */
function Lead({ to }) {
  if (!to) return null;
  return html`<a href=${`#${to.id}`} onClick=${(/** @type {Event} */ e) => { e.preventDefault(); document.getElementById(to.id)?.focus(); }}>${t('form.field', { label: to.label })}</a>`;
}
