// The questions that an action asks before it is done. One at a time, for the whole app.
import { html, signal, useRef, useSignal } from '../../vendor/ui.js';
import { beside, name, t } from '../../rules/text.js';
import { Failure } from '../../rules/problem.js';
import { all, get } from '../../edge/api.js';
import { me, templates } from '../../edge/session.js';
import { Dialog } from '../dialog.js';
import { Choice, Long, Refused, Text } from '../field.js';
import { put } from '../../rules/form.js';
import { take } from '../focus.js';
import { useLoad } from '../load.js';
import { useUnsent } from '../unsent.js';
import { attempt } from './act.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */
/** @typedef {import('../../rules/contract.d.ts').Verb} Verb */
/** @typedef {'resolve' | 'escalate' | 'override' | 'reassign' | 'merge' | 'false_alarm' | 'withdraw' | 'erase'} Asked */

const asked = signal(/** @type {{what: Asked, incident: Summary} | null} */ (null));

/** Opens the question. @param {Asked} what @param {Summary} incident */
export function ask(what, incident) { asked.value = { what, incident }; }

export function Dialogs() {
  const question = asked.value;
  if (!question) return null;
  return html`<${Question} key=${`${question.what} ${question.incident.id}`} ...${question} />`;
}

export const RESOLUTIONS = ['offender_left', 'offender_detained', 'goods_recovered', 'police_attended', 'no_action', 'other'];

const GROUNDS = ['requested', 'retention_over', 'not_needed', 'ordered'];

/** What each question starts with. @type {Record<Asked, Record<string, unknown>>} */
const EMPTY = {
  resolve: { resolution: '', note: '' }, escalate: { reason: '' }, override: { category: null, risk: null, queue: null, reason: '' },
  reassign: { to: '' }, merge: { into: '' }, false_alarm: { note: '' }, withdraw: { note: '' }, erase: { ground: '', reference: '' },
};
/** What must be filled in. @type {Partial<Record<Asked, string>>} */
const NEEDED = { resolve: 'resolution', override: 'reason', reassign: 'to', merge: 'into', erase: 'ground' };

/** @param {{what: Asked, incident: Summary}} props */
function Question({ what, incident }) {
  const draft = useSignal(EMPTY[what]);
  const failure = useSignal(/** @type {Failure | null} */ (null));
  const busy = useSignal(false);
  const box = useRef(/** @type {HTMLFormElement | null} */ (null));
  useUnsent(what, draft.value !== EMPTY[what]);
  const close = () => { asked.value = null; };
  const form = { document: draft.value, fields: failure.value?.fields ?? new Map(), refused: Boolean(failure.value?.status), locked: busy.value, change: (/** @type {string} */ p, /** @type {unknown} */ v) => { draft.value = put(draft.peek(), p, v); } };
  const send = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const wrong = check(what, draft.value, incident);
    if (wrong.size) { refuse(new Failure({ kind: 'invalid', fields: wrong })); return; }
    busy.value = true;
    try {
      await attempt(incident, /** @type {Verb} */ (what === 'false_alarm' ? 'false-alarm' : what), await translate(what, draft.value));
      close();
    } catch (f) { refuse(f instanceof Failure ? f : new Failure({ kind: 'broken' })); }
    busy.value = false;
  };
  /** Said in the dialog: a message would stand under its shade. */
  const refuse = (/** @type {Failure} */ f) => {
    failure.value = f;
    requestAnimationFrame(() => take(box.current?.querySelector('[aria-invalid], .callout.bad')));
  };
  return html`<${Dialog} title=${t(`ask.${what}`, { reference: incident.reference })} onClose=${close}>
    <form class="form" ref=${box} onSubmit=${send} novalidate>
      <p class="muted">${t(`ask.${what}_why`)}</p>
      <${Refused} failure=${failure.value} />
      <${Body} what=${what} form=${form} incident=${incident} />
      <footer><button type="button" onClick=${close}>${t('action.cancel')}</button>
        <button type="submit" class=${what === 'erase' ? 'danger' : 'primary'} disabled=${busy.value}>${t(`action.${what}`)}</button></footer></form><//>`;
}

/** @param {{what: Asked, form: import('../field.js').Form, incident: Summary}} props */
function Body({ what, form, incident }) {
  if (what === 'resolve') return html`<${Choice} form=${form} at="/resolution" label=${t('ask.resolution')} none=${t('ask.choose')} options=${RESOLUTIONS.map((r) => [r, t(`resolution.${r}`)])} />
    <${Long} form=${form} at="/note" label=${t('ask.note')} />`;
  if (what === 'erase') return html`<${Choice} form=${form} at="/ground" label=${t('ask.ground')} none=${t('ask.choose')} options=${GROUNDS.map((g) => [g, t(`ground.${g}`)])} />
    <${Text} form=${form} at="/reference" label=${t('ask.reference', { reference: incident.reference })} hint=${t('ask.reference_hint')} />`;
  if (what === 'override') return html`<${Override} form=${form} incident=${incident} />`;
  if (what === 'reassign') return html`<${Reassign} form=${form} incident=${incident} />`;
  if (what === 'merge') return html`<${Text} form=${form} at="/into" label=${t('ask.into')} hint=${t('ask.into_hint')} placeholder=${t('ask.into_example')} />`;
  return html`<${Long} form=${form} at=${what === 'escalate' ? '/reason' : '/note'} label=${t(what === 'escalate' ? 'ask.reason_optional' : 'ask.note')} />`;
}

/** @param {{form: import('../field.js').Form, incident: Summary}} props */
function Override({ form, incident }) {
  const queues = useLoad(() => all('/queues'), []);
  const categories = /** @type {[string, string][]} */ (templates.value.map((x) => [x.category, x.name]));
  const list = /** @type {import('../../rules/contract.d.ts').Queue[]} */ (queues.data ?? []);
  return html`<div class="pair"><${Choice} form=${form} at="/category" label=${t('ask.category')} none=${t('ask.keep', { now: name('category', incident.category) })} options=${categories.length ? categories : [[incident.category, name('category', incident.category)]]} />
    <${Choice} form=${form} at="/queue" label=${t('ask.queue')} none=${t('ask.keep', { now: name('queue', incident.queue) })} options=${list.map((q) => [q.id, q.name])} /></div>
    <${Text} form=${form} at="/risk" label=${t('ask.risk')} hint=${t('ask.risk_hint', { now: incident.risk ?? t('value.none') })} number min=${0} max=${100} />
    <${Long} form=${form} at="/reason" label=${t('ask.reason')} hint=${t('ask.override_hint')} rows=${2} />`;
}

/** Only those who may see the incident: the desk first, then who is in the store now, then the rest. @param {{form: import('../field.js').Form, incident: Summary}} props */
function Reassign({ form, incident }) {
  const people = useLoad(() => all('/people'), []);
  const whole = useLoad(() => /** @type {Promise<import('../../rules/contract.d.ts').Incident>} */ (get(`/incidents/${incident.id}`)), []);
  const here = new Set([...(whole.data?.context?.on_shift ?? []), ...(me.value?.on_shift ?? [])].map((p) => p.id));
  const list = /** @type {import('../../rules/contract.d.ts').Person[]} */ (people.data ?? []).filter((p) => p.active && ['desk', 'manager', 'analyst'].includes(p.role) && reaches(p.reach, incident));
  const groups = ['desk', 'on_shift', 'others'];
  const group = (/** @type {import('../../rules/contract.d.ts').Person} */ p) => (p.role === 'desk' ? 0 : here.has(p.id) ? 1 : 2);
  const options = list.length ? list.toSorted((a, b) => group(a) - group(b)).map((p) => [p.id, beside(p.name, name('role', p.role)), t(`ask.group_${groups[group(p)]}`)]) : [[me.value?.person.id ?? '', me.value?.person.name ?? '']];
  return html`<${Choice} form=${form} at="/to" label=${t('ask.to')} none=${t('ask.choose')} options=${options} />`;
}

/** @param {import('../../rules/contract.d.ts').Reach} reach @param {Summary} incident */
const reaches = (reach, incident) => reach.kind === 'all' || reach.id === (reach.kind === 'region' ? incident.region : incident.site);

/** @param {Asked} what @param {Record<string, unknown>} draft @param {Summary} incident */
function check(what, draft, incident) {
  /** @type {Map<string, string>} */ const wrong = new Map();
  const needed = NEEDED[what];
  if (needed && !String(draft[needed] ?? '').trim()) wrong.set(`/${needed}`, t(`ask.${needed}_needed`));
  if (what === 'override' && !draft.category && !draft.queue && draft.risk === null) wrong.set('/category', t('ask.nothing_changed'));
  if (what === 'erase' && String(draft.reference).trim().toUpperCase() !== incident.reference) wrong.set('/reference', t('ask.reference_needed', { reference: incident.reference }));
  return wrong;
}

/** Leaves out what was not filled in, and finds the id behind a reference. @param {Asked} what @param {Record<string, unknown>} draft */
async function translate(what, draft) {
  const body = Object.fromEntries(Object.entries(draft).filter(([, v]) => v !== null && v !== ''));
  if (what === 'erase') return { ground: body.ground };
  if (what !== 'merge') return body;
  const reference = String(body.into).trim().toUpperCase();
  const found = /** @type {{items: Summary[]}} */ (await get(`/incidents?limit=5&q=${encodeURIComponent(reference)}`)).items.find((i) => i.reference === reference);
  if (!found) throw new Failure({ kind: 'invalid', fields: new Map([['/into', t('ask.into_absent', { reference })]]) });
  return { into: found.id };
}
