// A report while it is being filled in: what is answered, what is still missing, and the body that is sent.
import { series } from './text.js';

/** @typedef {import('./contract.d.ts').Template} Template */
/** @typedef {import('./contract.d.ts').Question} Question */
/** @typedef {import('./contract.d.ts').Answer} Answer */
/** @typedef {{category: string, started_at: string, area: string | null, reporter: string | null, answers: Record<string, Answer>, note: string, ago?: {min: number, said_at: string}}} Draft `ago`: how long ago it happened, when that was said */

/** Questions that name goods, and those that count them: together they become an item to look for in the till's records. */
const GOODS = ['what', 'items', 'goods', 'product', 'item'];
const COUNTS = ['how_many', 'quantity', 'count', 'how_much'];

/** @param {string} category @param {string} started_at RFC 3339 @param {string | null} reporter @returns {Draft} */
export const begin = (category, started_at, reporter) => ({ category, started_at, area: null, reporter, answers: {}, note: '' });

/** One chip pressed: a choice is set, a second press on it clears it; "many" toggles. @param {Draft} draft @param {Question} question @param {string | number | boolean} value @returns {Draft} */
export function press(draft, question, value) {
  const answers = { ...draft.answers };
  const before = answers[question.id];
  if (question.kind === 'many') {
    const list = Array.isArray(before) ? before : [];
    const next = list.includes(String(value)) ? list.filter((v) => v !== value) : [...list, String(value)];
    if (next.length) answers[question.id] = next; else delete answers[question.id];
  } else if (before === value) delete answers[question.id];
  else answers[question.id] = value;
  return { ...draft, answers };
}

/** The answer in words, or null if there is none. @param {Draft} draft @param {Question} question @param {string} value */
export function chosen(draft, question, value) {
  const answer = draft.answers[question.id];
  return Array.isArray(answer) ? answer.includes(value) : answer === value;
}

/** The required questions without an answer, in order. @param {Draft} draft @param {Template} template */
export const missing = (draft, template) => template.questions.filter((q) => q.required && !answered(draft.answers[q.id]));

/** @param {Answer | undefined} answer */
const answered = (answer) => answer !== undefined && answer !== '' && !(Array.isArray(answer) && answer.length === 0);

/** Whether nothing was said at all beyond the category and who reports. @param {Draft} draft */
export const empty = (draft) => !draft.area && !draft.note.trim() && !Object.values(draft.answers).some(answered);

/** What goes to `POST /reports`. @param {Draft} draft @param {Template} template @param {{site: string, device: string | null}} place */
export function body(draft, template, { site, device }) {
  const fields = Object.fromEntries(Object.entries(draft.answers).filter(([, a]) => answered(a)));
  return {
    site,
    category: draft.category,
    occurred_at: draft.ago ? new Date(Date.parse(draft.ago.said_at) - draft.ago.min * 60_000).toISOString() : draft.started_at,
    channel: 'terminal',
    fields,
    items: items(draft, template),
    ...(draft.note.trim() ? { narrative: draft.note.trim() } : {}),
    ...(draft.area ? { area: draft.area } : {}),
    ...(device ? { device } : {}),
    ...(draft.reporter ? { reporter: draft.reporter } : {}),
  };
}

/** @param {Draft} draft @param {Template} template @returns {import('./contract.d.ts').Item[]} */
function items(draft, template) {
  const goods = template.questions.find((q) => GOODS.includes(q.id) && q.kind !== 'yes_no');
  if (!goods) return [];
  const answer = draft.answers[goods.id];
  const count = template.questions.find((q) => COUNTS.includes(q.id) && q.kind === 'number');
  const quantity = Math.max(1, Number(count ? draft.answers[count.id] : 1) || 1);
  const names = (Array.isArray(answer) ? answer : [answer]).filter((v) => typeof v === 'string' && v !== '');
  return names.map((id) => ({
    name: goods.options.find((o) => o.id === id)?.label ?? String(id),
    quantity: names.length === 1 ? quantity : 1,
  }));
}

/** A short line for "my last reports": the answers a person chose. @param {Draft} draft @param {Template} template */
export function headline(draft, template) {
  const words = template.questions.flatMap((q) => {
    const answer = draft.answers[q.id];
    if (q.kind === 'choice') return q.options.filter((o) => o.id === answer).map((o) => o.label);
    if (q.kind === 'many' && Array.isArray(answer)) return q.options.filter((o) => answer.includes(o.id)).map((o) => o.label);
    return [];
  });
  return series(words.slice(0, 2));
}
