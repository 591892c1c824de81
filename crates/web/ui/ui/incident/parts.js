// What is known of an incident, part by part: reasons, who was reached, what happens next, timeline, comments.
import { html, useRef, useSignal } from '../../vendor/ui.js';
import { now, second } from '../../rules/clock.js';
import { ended, waiting } from '../../rules/sla.js';
import { money } from '../../rules/money.js';
import { clock, date, dated, day, duration, ms, span, together } from '../../rules/time.js';
import { beside, decimal, name, series, t } from '../../rules/text.js';
import { can, categoryTemplate } from '../../edge/session.js';
import { refuge } from '../focus.js';
import { Icon } from '../icon.js';
import { useUnsent } from '../unsent.js';
import { perform } from './act.js';
import { useEarlier } from './earlier.js';

/** @typedef {import('../../rules/contract.d.ts').Incident} Incident */
/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */

/** @param {{title: string, children: unknown, note?: unknown, id?: string}} props */
export const Part = ({ title, children, note, id }) =>
  html`<section class="part" data-part=${id}><h3 tabindex="-1">${title}${note && html`<span class="note">${note}</span>`}</h3>${children}</section>`;

/** Why it is urgent: the rules that decide, then the evidence with its weight as a bar that says its direction too. @param {{incident: Incident}} props */
export function Reasons({ incident }) {
  const a = incident.assessment;
  if (!a) return html`<${Part} id="reasons" title=${t('part.reasons')}><p class="muted">${t('reasons.none')}</p><//>`;
  const evidence = a.reasons.filter((r) => r.kind !== 'rule');
  const strongest = Math.max(1, ...evidence.map((r) => Math.abs(r.weight)));
  const ruled = Boolean(a.floor && a.risk <= a.floor);
  return html`<${Part} id="reasons" title=${t('part.reasons')} note=${html`<span title=${t('reasons.model', { model: a.model })}>${t(ruled ? 'reasons.note_ruled' : 'reasons.note', { risk: a.risk, confidence: Math.round(a.confidence * 100) })}</span>`}>
    ${a.override && html`<p class="callout"><${Icon} name="pencil" />${t('reasons.override', { who: typeof a.override.by === 'string' ? a.override.by : a.override.by.name, reason: a.override.reason })}</p>`}
    ${a.checkpoint && !a.override && html`<p class="callout"><${Icon} name="eye" />${t('reasons.checkpoint', { why: a.checkpoint })}</p>`}
    ${incident.erased ? html`<p class="muted">${t('erased')}</p>` : html`<ul class="reasons">${a.reasons.filter((r) => r.kind === 'rule').map((r, i) => html`<li key=${`rule ${i}`} class="rule"><span>${t('reasons.rule', { text: r.text })}</span></li>`)}
      ${evidence.map((r, i) => html`<li key=${i} class=${r.kind}>
      <span>${r.text}</span><span class=${`weight ${r.weight < 0 ? 'less' : ''}`} title=${decimal(r.weight, 1)}><i aria-hidden="true" style=${{ inlineSize: `${Math.round((Math.abs(r.weight) / strongest) * 100)}%` }}></i><b>${t(r.weight < 0 ? 'reasons.lowers' : 'reasons.raises')}</b></span></li>`)}</ul>`}<//>`;
}

/** What happens by itself until somebody acknowledges, and how far it came. @param {{incident: Incident, summary: Summary}} props */
export function Steps({ incident, summary }) {
  const e = incident.escalation;
  if (!e) return null;
  const stopped = !waiting(summary);
  const next = ms(e.next_at);
  const at = e.steps.findIndex((s) => s.state === 'next');
  const again = !stopped && next !== null && (e.round > 0 || e.steps.slice(at + 1).some((s) => s.state === 'done') || (at === 0 && incident.deliveries.some((d) => d.step === e.steps[0].index)));
  const note = stopped ? t(ended(summary) ? 'steps.over' : 'steps.stopped') : next === null || again ? null : next < second.value ? t('steps.now') : t('steps.next', { time: span(next - second.value) });
  const when = (/** @type {import('../../rules/contract.d.ts').EscalationStep} */ s) => {
    const last = s.state === 'done' ? s.at : again ? incident.deliveries.filter((d) => d.step === s.index).map((d) => d.planned_at).sort().at(-1) : null;
    const told = last ? t('steps.told', { time: dated(last, incident.reported_at) }) : '';
    if (!again || next === null || (at >= 0 ? s !== e.steps[at] : !told)) return told || (s.after_s ? t('steps.after', { time: duration(s.after_s) }) : t('steps.at_once'));
    return series([told, next < second.value ? t('steps.now_again') : t('steps.again', { time: span(next - second.value) })].filter(Boolean));
  };
  return html`<${Part} id="steps" title=${t(stopped ? 'part.steps_over' : 'part.steps')} note=${note}>
    <ol class="steps">${e.steps.map((s) => html`<li key=${s.index} class=${stopped && s.state !== 'done' ? 'waiting' : s.state}>
      <${Icon} name=${s.state === 'done' ? 'circle-check' : s.state === 'skipped' ? 'circle-x' : s.state === 'next' && !stopped ? 'circle-dot' : 'circle'} label=${t(`step.${stopped && s.state === 'next' ? 'waiting' : s.state}`)} />
      <span>${series(s.targets)}</span><span class="how">${beside(series(s.channels.map((c) => name('channel', c))), when(s))}</span></li>`)}</ol>
    ${e.round > 1 && html`<p class="small muted">${t('steps.round', { n: e.round })}</p>`}<//>`;
}

/** What was sent to whom stands under "Who was reached"; in the timeline it is shown when asked for. */
const MESSAGES = new Set(['incident.notified', 'incident.delivery', 'notified', 'delivery']);

/** Why somebody escalated or overruled it, or what they noted. Comments have a part of their own. @param {Incident['timeline'][number]} entry */
const typed = ({ detail }) => /** @type {string | undefined} */ (detail.reason ?? detail.note);

/** What happened, oldest first, each line a sentence, with what was typed below it. @param {{incident: Incident}} props */
export function Timeline({ incident }) {
  const whole = useSignal(false);
  const { all, next, more } = useEarlier(`/incidents/${incident.id}/timeline`, incident.timeline, incident.timeline_next, (e) => String(e.sequence));
  const messages = all.filter((e) => MESSAGES.has(e.kind)).length;
  const shown = whole.value ? all : all.filter((e) => !MESSAGES.has(e.kind));
  const tick = html`<label class="check noprint"><input type="checkbox" checked=${whole.value} onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => { whole.value = e.currentTarget.checked; }} /><span>${t('timeline.messages', { n: messages })}</span></label>`;
  return html`<${Part} id="timeline" title=${t('part.timeline')} note=${messages ? tick : null}>
    ${next && html`<button type="button" class="noprint" onClick=${more}>${t('timeline.earlier')}</button>`}
    <ol class="timeline">${shown.map((e, i) => html`${!together(e.at, shown[i - 1]?.at ?? incident.reported_at) && html`<li key=${`day ${e.sequence}`} class="day">${date(e.at)}</li>`}<li key=${e.sequence} class=${e.kind.replace(/^incident\./, '')}>
      <time datetime=${e.at} title=${day(e.at)}>${clock(e.at)}</time><div><span>${e.words}${e.actor?.name && e.actor.kind !== 'system' && !e.words.includes(e.actor.name) ? html`<span class="muted">${t('beside')}${e.actor.name}</span>` : ''}</span>${typed(e) && html`<blockquote>${typed(e)}</blockquote>`}</div></li>`)}</ol><//>`;
}

/** Stands before the rest is read, so that what a person types after pressing C lands in it. @param {{incident: Summary, comments: Incident['comments'] | undefined, onSent?: () => void}} props */
export function Comments({ incident, comments, onSent }) {
  const text = useSignal('');
  const busy = useSignal(false);
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useUnsent(`comment ${incident.id}`, text.value.trim() !== '');
  const send = async (/** @type {Event} */ e) => {
    e.preventDefault();
    if (!text.value.trim()) { box.current?.focus(); return; }
    busy.value = true;
    const sent = await perform(incident, 'comment', { text: text.value.trim() });
    busy.value = false;
    if (!sent) return;
    text.value = '';
    onSent?.();
    if (document.querySelector('.grid')) refuge(); else box.current?.focus();
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void send(e);
    if (e.key === 'Escape') { e.stopPropagation(); refuge(); }
  };
  return html`<${Part} id="comments" title=${t('part.comments')}>
    ${comments?.length === 0 && html`<p class="muted">${t('comments.none')}</p>`}
    <ul class="comments">${(comments ?? []).map((c, i) => html`<li key=${i}><p class="small muted"><b>${c.by.name}</b> <time datetime=${c.at}>${dated(c.at, incident.reported_at, clock)}</time></p><p>${c.text}</p></li>`)}</ul>
    ${can('comment') && html`<form class="say noprint" onSubmit=${send}><label class="vh" for=${`comment-${incident.id}`}>${t('comments.write')}</label>
      <textarea id=${`comment-${incident.id}`} data-comment rows="2" ref=${box} placeholder=${t('comments.write')} value=${text.value} onKeyDown=${keys} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ e) => { text.value = e.currentTarget.value; }}></textarea>
      <button type="submit" disabled=${busy.value}><${Icon} name="send" />${t('action.comment')}</button></form>`}<//>`;
}

/** Answers that raise no flag. @type {unknown[]} */
const NO = [false, 0, 'no', 'none', ''];

/** What the reporter said: answers by their question, words, goods. @param {{incident: Incident}} props */
export function Said({ incident }) {
  const questions = categoryTemplate(incident.category)?.questions ?? [];
  const rows = Object.entries(incident.fields ?? {}).map(([id, answer]) => {
    const q = questions.find((x) => x.id === id);
    return { id, label: q?.label ?? name('field', id), words: inWords(answer, q?.options ?? []), flag: q?.flag && q.flag !== 'still_here' && !NO.includes(answer) };
  });
  return html`<${Part} id="said" title=${t('part.said')} note=${incident.reporter ? t('said.by', { name: incident.reporter.name }) : null}>
    ${incident.erased && html`<p class="callout"><${Icon} name="x" />${t('erased')}</p>`}
    ${incident.narrative && html`<blockquote>${incident.narrative}</blockquote>`}
    ${rows.length > 0 && html`<dl class="facts">${rows.map((r) => html`<div key=${r.id} class=${r.flag ? 'flag' : ''}><dt>${r.label}</dt><dd>${r.words}</dd></div>`)}</dl>`}
    ${incident.items?.length > 0 && html`<ul class="items">${incident.items.map((i, n) => html`<li key=${n}><${Icon} name="package" /><span>${t('amount', { n: i.quantity, what: i.name })}</span>${i.value_minor ? html`<span class="how">${money(i.value_minor)}</span>` : ''}</li>`)}</ul>`}
    ${!incident.erased && !incident.narrative && rows.length === 0 && !incident.items?.length && html`<p class="muted">${t(incident.category !== 'panic' || incident.silent ? 'said.none' : 'said.panic')}</p>`}<//>`;
}

/** @param {import('../../rules/contract.d.ts').Answer} answer @param {{id: string, label: string}[]} options */
function inWords(answer, options) {
  if (typeof answer === 'boolean') return t(answer ? 'answer.yes' : 'answer.no');
  const label = (/** @type {string | number} */ v) => options.find((o) => o.id === v)?.label ?? String(v);
  return Array.isArray(answer) ? series(answer.map(label)) : label(answer);
}

/** How long ago it was reported, kept true. @param {{at: string}} props */
export const Since = ({ at }) => html`<time datetime=${at} title=${day(at)}>${t('since', { time: span(Math.max(0, (second.value || now()) - Date.parse(at))) })}</time>`;
