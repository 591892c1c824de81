// The report form: chips before prose, where and what first, who last and already filled in.
import { html, useEffect, useRef, useSignal } from '../../vendor/ui.js';
import { begin, body, chosen, empty, headline, missing, press } from '../../rules/report.js';
import { now } from '../../rules/clock.js';
import { ago } from '../../rules/time.js';
import { plain, series, t } from '../../rules/text.js';
import { Icon } from '../icon.js';
import { Begun, Shelf } from './kept.js';

/** @typedef {import('../../rules/contract.d.ts').Template} Template */
/** @typedef {import('../../rules/contract.d.ts').Question} Question */
/** @typedef {import('../../rules/report.js').Draft} Draft */

/** Numbers up to this one are chips; above it a field opens. */
const CHIP_NUMBERS = [1, 2, 3, 4, 5];
/** How long ago it may have happened: tills and cameras are searched around that moment. */
const AGO_MIN = [0, 10, 30, 60, 120];
/** What was begun and not sent, by store, person and category: neither a way back nor a call for help loses it. */
const drafts = /** @type {Shelf<Draft>} */ (new Shelf());

/**
 * @param {{template: Template, me: import('../../rules/contract.d.ts').Me, site: import('../../rules/contract.d.ts').Site, device: string | null, onSend: (body: Record<string, unknown>, title: string) => Promise<void>, onBack: () => void}} props
 */
export function ReportForm({ template, me, site, device, onSend, onBack }) {
  const kept = `${site.id} ${me.person.id} ${template.category}`;
  const fresh = () => begin(template.category, new Date(now()).toISOString(), me.person.id);
  const before = drafts.find(kept);
  const draft = useSignal(before?.what ?? fresh());
  const resumed = useSignal(Boolean(before));
  const asked = useSignal(false);
  const wrong = useSignal(/** @type {string[]} */ ([]));
  const busy = useSignal(false);
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => { title.current?.focus(); }, []);
  useEffect(() => { if (asked.value) document.querySelector('.send')?.scrollIntoView({ block: 'nearest' }); }, [asked.value]);
  const change = (/** @type {Draft} */ next) => {
    // A form may stand open for long before anybody fills it in: the report is begun with its first answer.
    draft.value = empty(draft.value) ? { ...next, started_at: fresh().started_at } : next;
    asked.value = false;
    resumed.value = old;
    drafts.keep(kept, empty(next) ? null : draft.value);
    wrong.value = wrong.value.filter((id) => missing(next, template).some((q) => q.id === id));
  };
  const send = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const left = missing(draft.value, template);
    wrong.value = left.map((q) => q.id);
    if (left.length) { document.getElementById(`q-${left[0].id}`)?.scrollIntoView({ block: 'center' }); document.querySelector(`#q-${left[0].id} input`)?.closest('input')?.focus({ preventScroll: true }); return; }
    if (empty(draft.value) && !asked.value) { asked.value = true; return; }
    busy.value = true;
    if (empty(draft.value)) draft.value = { ...draft.value, started_at: fresh().started_at };
    try {
      await onSend(body(draft.value, template, { site: site.id, device }), headline(draft.value, template));
      drafts.keep(kept, null);
    } finally { busy.value = false; }
  };
  const again = () => { draft.value = fresh(); resumed.value = false; wrong.value = []; drafts.keep(kept, null); title.current?.focus(); };
  const old = !empty(draft.value) && !busy.value && (resumed.value || !before); // what nobody has touched for a while may be another person's
  return html`<form class="report" onSubmit=${send} onFocusIn=${reveal} novalidate>
    <header><button type="button" class="quiet" onClick=${onBack}><${Icon} name="arrow-left" />${t('action.back')}</button>
      <h1 tabindex="-1" ref=${title}>${template.name}</h1></header>
    ${old && html`<${Begun} since_ms=${Date.parse(draft.value.started_at)} onAgain=${again} />`}
    ${wrong.value.length > 0 && html`<p class="callout bad" role="alert"><${Icon} name="triangle-alert" />${t('report.missing', { n: wrong.value.length, which: series(template.questions.filter((q) => wrong.value.includes(q.id)).map((q) => q.label)) })}</p>`}
    <div class="questions">
    ${site.areas.length > 0 && html`<${Chips} id="where" label=${t('report.where')} optional type="radio" options=${site.areas.map((a) => [a.id, a.name])} on=${(/** @type {string} */ v) => draft.value.area === v}
      onPick=${(/** @type {string} */ v) => change({ ...draft.value, area: draft.value.area === v ? null : v })} />`}
    ${template.questions.map((q) => html`<${Asked} key=${q.id} question=${q} draft=${draft.value} change=${change} wrong=${wrong.value.includes(q.id)} />`)}
    <${Chips} id="when" label=${t('report.when')} type="radio" always options=${AGO_MIN.map((n) => [String(n), plain(ago(n * 60_000))])} on=${(/** @type {string} */ v) => String(draft.value.ago?.min ?? 0) === v} onPick=${(/** @type {string} */ v) => change({ ...draft.value, ago: { min: Number(v), said_at: fresh().started_at } })} />
    <div class="question wide"><label class="legend" for="note">${t('report.note')} <span class="muted">${t('report.optional')}</span></label>
      <textarea id="note" rows="2" value=${draft.value.note} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ e) => change({ ...draft.value, note: e.currentTarget.value })}></textarea></div>
    <${Who} me=${me} draft=${draft.value} change=${change} /></div>
    <footer>${asked.value && html`<p class="callout" role="alert"><${Icon} name="info" />${t('report.empty')}</p>`}
      <button type="submit" class="primary send" disabled=${busy.value}><${Icon} name="send" />${t(asked.value ? 'report.send_empty' : 'report.send')}</button></footer></form>`;
}

/** What the keyboard reaches is in sight, not under what stands at the end of the page. @param {FocusEvent & {target: HTMLElement}} e */
const reveal = ({ target }) => { if (target.matches(':focus-visible')) (target.closest('label') ?? target).scrollIntoView({ block: 'nearest' }); };

/** @param {{question: Question, draft: Draft, change: (d: Draft) => void, wrong: boolean}} props */
function Asked({ question: q, draft, change, wrong }) {
  if (q.kind === 'text') {
    return html`<div class="question wide" id=${`q-${q.id}`}><label class="legend" for=${`in-${q.id}`}>${q.label}${!q.required && html` <span class="muted">${t('report.optional')}</span>`}</label>
      <textarea id=${`in-${q.id}`} rows="2" value=${draft.answers[q.id] ?? ''} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ e) => change({ ...draft, answers: { ...draft.answers, [q.id]: e.currentTarget.value } })}></textarea></div>`;
  }
  if (q.kind === 'number') return html`<${Amount} question=${q} draft=${draft} change=${change} wrong=${wrong} />`;
  /** @type {[string, string][]} */ const options = q.kind === 'yes_no' ? [['yes', t('answer.yes')], ['no', t('answer.no')]] : q.options.map((o) => [o.id, o.label]);
  const value = (/** @type {string} */ v) => (q.kind === 'yes_no' ? v === 'yes' : v);
  const on = (/** @type {string} */ v) => (q.kind === 'yes_no' ? draft.answers[q.id] === (v === 'yes') : chosen(draft, q, v));
  return html`<${Chips} id=${q.id} label=${q.label} optional=${!q.required} type=${q.kind === 'many' ? 'checkbox' : 'radio'} options=${options} wrong=${wrong} on=${on} alarm=${q.flag && q.flag !== 'still_here'}
    onPick=${(/** @type {string} */ v) => change(press(draft, q, value(v)))} />`;
}

/**
 * @param {{id: string, label: string, type: 'radio' | 'checkbox', options: [string, string][], on: (v: string) => boolean, onPick: (v: string) => void, optional?: boolean, wrong?: boolean, alarm?: boolean, always?: boolean}} props `always` when one of them is chosen at all times
 */
function Chips({ id, label, type, options, on, onPick, optional = false, wrong = false, always = false }) {
  return html`<fieldset id=${`q-${id}`} class=${`question ${wrong ? 'wrong' : ''}`}><legend>${label}${optional && html` <span class="muted">${t('report.optional')}</span>`}${wrong && html` <span class="problem">${t('report.answer')}</span>`}</legend>
    <div class="chips">${options.map(([v, words]) => html`<label key=${v} class="chip big"><input type=${type} name=${`q-${id}`} value=${v} checked=${on(v)} onClick=${(/** @type {MouseEvent} */ e) => { if (type === 'radio' && !always && on(v)) { onPick(v); /** @type {HTMLInputElement} */ (e.currentTarget).checked = false; } }}
      onChange=${() => { if (type === 'checkbox' || !on(v)) onPick(v); }} /><span>${words}</span></label>`)}</div></fieldset>`;
}

/** @param {{question: Question, draft: Draft, change: (d: Draft) => void, wrong: boolean}} props */
function Amount({ question: q, draft, change, wrong }) {
  const answer = draft.answers[q.id];
  const open = useSignal(false);
  const set = (/** @type {number | undefined} */ n) => {
    const answers = { ...draft.answers };
    if (n === undefined || Number.isNaN(n)) delete answers[q.id]; else answers[q.id] = n;
    change({ ...draft, answers });
  };
  const options = /** @type {[string, string][]} */ (CHIP_NUMBERS.map((n) => [String(n), String(n)])).concat([['more', t('report.more')]]);
  const large = open.value || (typeof answer === 'number' && !CHIP_NUMBERS.includes(answer));
  return html`<div class="amount"><${Chips} id=${q.id} label=${q.label} optional=${!q.required} type="radio" options=${options} wrong=${wrong}
      on=${(/** @type {string} */ v) => (v === 'more' ? large : !large && String(answer ?? '') === v)}
      onPick=${(/** @type {string} */ v) => { open.value = v === 'more' && !large; set(v === 'more' || String(answer) === v ? undefined : Number(v)); }} />
    ${large && html`<label class="exact">${t('report.exact')} <input type="number" inputmode="numeric" min="0" max="9999" value=${answer ?? ''} ref=${(/** @type {HTMLInputElement | null} */ e) => { if (e && answer === undefined) e.focus(); }} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => set(e.currentTarget.value === '' ? undefined : Number(e.currentTarget.value))} /></label>`}</div>`;
}

/** @param {{me: import('../../rules/contract.d.ts').Me, draft: Draft, change: (d: Draft) => void}} props */
function Who({ me, draft, change }) {
  const people = [me.person, ...me.on_shift.filter((p) => p.id !== me.person.id)];
  return html`<${Chips} id="who" label=${t('report.who')} type="radio" always options=${people.map((p) => [p.id, p.name])} on=${(/** @type {string} */ v) => draft.reporter === v} onPick=${(/** @type {string} */ v) => change({ ...draft, reporter: v })} />`;
}
