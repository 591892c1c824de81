// Who is told, when, and by what: queues with their SLA, escalation policies, on-call schedules.
import { html } from '../vendor/ui.js';
import { add, drop, slug } from '../rules/form.js';
import { CHANNELS } from '../rules/reached.js';
import { day, duration } from '../rules/time.js';
import { beside, name, t } from '../rules/text.js';
import { all } from '../edge/api.js';
import { can } from '../edge/session.js';
import { Choice, Duration, Moment, Several, Text } from '../ui/field.js';
import { Icon } from '../ui/icon.js';
import { useLoad } from '../ui/load.js';
import { BoxHead, ListOf, Manage, Remove } from '../ui/manage.js';
import { search } from '../ui/place.js';
import { Priority } from '../ui/priority.js';

/** @typedef {import('../ui/field.js').Form} Form */
/** @typedef {import('../ui/manage.js').Entry} Entry */
/** @typedef {import('../rules/contract.d.ts').Policy} Policy */
/** @typedef {import('../rules/contract.d.ts').Schedule} Schedule */

const ROLES = ['clerk', 'manager', 'desk', 'analyst', 'admin'];
/** The shortest wait that the API takes, and the shortest turn. */
const WAIT_MIN_S = 5;
const TURN_MIN_S = 3600;
/** @type {[string, string][]} */ const NO_OPTIONS = [];

/** @type {Record<string, import('../ui/manage.js').Kind>} */
const KINDS = {
  queues: {
    path: '/queues', page: '/policies', part: 'queue_form', right: 'edit_policies',
    line: (q) => html`<span class="with-icon">${q.priority ? html`<${Priority} priority=${q.priority} />` : ''}<b>${q.name}</b></span><span class="muted">${t('queue_form.sla', { acknowledge: duration(q.acknowledge_within_s), resolve: duration(q.resolve_within_s) })}</span>`,
    Body: (props) => html`<${QueueBody} ...${props} />`,
  },
  policies: {
    path: '/policies', page: '/policies', part: 'policy', right: 'edit_policies',
    fresh: () => ({ id: '', name: '', steps: [], repeat_after_s: 300, version: 0 }),
    finish: (p, list) => ({ ...p, id: p.id || slug(p.name, list.map((x) => x.id)) }),
    line: (p) => html`<b>${p.name}</b><span class="muted">${beside(t('policy.steps_n', { n: p.steps.length }), p.repeat_after_s && t('policy.repeats', { time: duration(p.repeat_after_s) }))}</span>`,
    Body: (props) => html`<${PolicyBody} ...${props} />`,
  },
  schedules: {
    path: '/schedules', page: '/policies', part: 'schedule', right: 'edit_policies',
    fresh: () => ({ id: '', name: '', people: [], starts_at: new Date(new Date().setHours(8, 0, 0, 0)).toISOString().replace('.000Z', 'Z'), turn_s: 86_400, overrides: [], version: 0 }),
    finish: ({ on_call: _computed, ...s }, list) => ({ ...s, id: s.id || slug(s.name, list.map((x) => x.id)), version: s.version }),
    line: (s) => html`<b>${s.name}</b><span class="muted">${onCall(s.on_call)}</span>`,
    Body: (props) => html`<${ScheduleBody} ...${props} />`,
  },
};

export function Page() {
  const tab = new URLSearchParams(search.value).get('show') ?? 'queues';
  const kind = KINDS[tab] ?? KINDS.queues;
  const heading = html`<div class="title-line"><h1>${t('page.policies')}</h1><nav class="views" aria-label=${t('policies.show')}>
    ${Object.keys(KINDS).map((k) => html`<a key=${k} class="chip" href=${`/policies?show=${k}`} aria-current=${KINDS[k] === kind ? 'page' : undefined}>${t(`policies.${k}`)}</a>`)}</nav></div>`;
  return html`<${Manage} key=${tab} kind=${kind} heading=${heading} />`;
}

/** Who is on call; whoever may not see people learns that somebody is. @param {Schedule['on_call']} call */
function onCall(call) {
  if (!call) return t('schedule.nobody');
  return call.now ? t('schedule.now', { name: call.now.name }) : t('schedule.somebody');
}

/** Ids and names of another list, for a choice. @param {string} path @returns {[string, string][]} */
function useNames(path) {
  const list = useLoad(() => all(path), [path]);
  return /** @type {{id: string, name: string}[]} */ (list.data ?? []).map((x) => [x.id, x.name]);
}

/** @param {{form: Form}} props */
function QueueBody({ form }) {
  const policies = useNames('/policies');
  return html`<div class="pair"><${Text} form=${form} at="/name" label=${t('queue_form.name')} /><${Choice} form=${form} at="/priority" number label=${t('queue_form.priority')} none=${t('queue_form.any')} options=${['1', '2', '3', '4'].map((p) => [p, t('priority.whole', { n: p, name: name('priority', p) })])} /></div>
    <div class="pair"><${Duration} form=${form} at="/acknowledge_within_s" label=${t('queue_form.acknowledge')} min=${WAIT_MIN_S} /><${Duration} form=${form} at="/resolve_within_s" label=${t('queue_form.resolve')} min=${WAIT_MIN_S} /></div>
    <${Choice} form=${form} at="/policy" label=${t('queue_form.policy')} options=${policies} />`;
}

/** @param {{form: Form, entry: Entry}} props */
function PolicyBody({ form, entry }) {
  const policy = /** @type {Policy} */ (/** @type {unknown} */ (entry));
  const schedules = useNames('/schedules');
  const people = useLoad(() => (can('read_people') ? all('/people') : Promise.resolve([])), []);
  const names = { schedules, people: /** @type {{id: string, name: string}[]} */ (people.data ?? []).map((p) => /** @type {[string, string]} */ ([p.id, p.name])) };
  const steps = (/** @type {Policy} */ next) => form.change('/steps', next.steps);
  return html`<div class="pair"><${Text} form=${form} at="/name" label=${t('policy.name')} /><${Duration} form=${form} at="/repeat_after_s" label=${t('policy.repeat')} hint=${t('policy.repeat_hint')} min=${WAIT_MIN_S} /></div>
    <${ListOf} title=${t('policy.steps')} add=${t('policy.add_step')} locked=${form.locked} onAdd=${() => steps(add(policy, '/steps', { after_s: policy.steps.length ? 60 : 0, targets: [{ kind: 'role', role: 'desk', reach: 'all' }], channels: ['desk'] }))}>
      <ol class="rows">${policy.steps.map((_, i) => html`<li key=${i} class="boxed"><${BoxHead} title=${t('policy.step_n', { n: i + 1 })}><${Remove} label=${t('policy.remove_step', { n: i + 1 })} locked=${form.locked} onRemove=${() => steps(drop(policy, '/steps', i))} /><//>
        <div class="pair"><${Duration} form=${form} at=${`/steps/${i}/after_s`} label=${t(i ? 'policy.after' : 'policy.after_first')} min=${i ? WAIT_MIN_S : 0} /><${Several} form=${form} at=${`/steps/${i}/channels`} label=${t('policy.channels')} options=${CHANNELS.map((c) => [c, name('channel', c)])} /></div>
        <${Targets} form=${form} policy=${policy} index=${i} names=${names} onChange=${steps} /></li>`)}</ol><//>`;
}

/** @param {{form: Form, policy: Policy, index: number, names: {schedules: [string, string][], people: [string, string][]}, onChange: (next: Policy) => void}} props */
function Targets({ form, policy, index, names, onChange }) {
  const list = `/steps/${index}/targets`;
  /** @type {Record<string, object>} */
  const empty = { role: { kind: 'role', role: 'manager', reach: 'site' }, on_call: { kind: 'on_call', schedule: names.schedules[0]?.[0] ?? '' }, person: { kind: 'person', id: names.people[0]?.[0] ?? '' } };
  const kinds = ['role', 'on_call', 'person'].map((k) => /** @type {[string, string]} */ ([k, t(`target.${k}`)]));
  return html`<div class="options"><p class="legend">${t('policy.targets')}</p><ul class="rows tight">${policy.steps[index].targets.map((target, j) => {
    const at = `${list}/${j}`;
    return html`<li key=${`${j} ${target.kind}`}><${Choice} form=${{ ...form, change: (/** @type {string} */ _p, /** @type {unknown} */ v) => form.change(at, empty[String(v)]) }} at=${`${at}/kind`} label=${t('policy.whom')} class="bare" options=${kinds} />
      ${target.kind === 'role' ? html`<${Choice} form=${form} at=${`${at}/role`} label=${t('person.role')} class="bare" options=${ROLES.map((r) => [r, t(`role.${r}`)])} /><${Choice} form=${form} at=${`${at}/reach`} class="bare" label=${t('policy.reach')} options=${['site', 'region', 'all'].map((r) => [r, t(`reach_of.${r}`)])} />`
        : target.kind === 'on_call' ? html`<${Choice} form=${form} at=${`${at}/schedule`} label=${t('policy.schedule')} class="bare" options=${names.schedules.length ? names.schedules : NO_OPTIONS.concat([[target.schedule, target.schedule]])} />`
        : html`<${Choice} form=${form} at=${`${at}/id`} class="bare" label=${t('policy.person')} options=${names.people.length ? names.people : NO_OPTIONS.concat([[target.id, target.id]])} />`}
      <${Remove} label=${t('policy.remove_target', { n: j + 1 })} locked=${form.locked} onRemove=${() => onChange(drop(policy, list, j))} /></li>`;
  })}</ul>${!form.locked && html`<button type="button" onClick=${() => onChange(add(policy, list, empty.role))}>${t('policy.add_target')}</button>`}</div>`;
}

/** @param {{form: Form, entry: Entry}} props */
function ScheduleBody({ form, entry }) {
  const schedule = /** @type {Schedule} */ (/** @type {unknown} */ (entry));
  const people = useNames(can('read_people') ? '/people' : '/schedules');
  const set = (/** @type {Schedule} */ next) => { form.change('/people', next.people); form.change('/overrides', next.overrides); };
  const call = schedule.on_call;
  const known = (/** @type {string} */ id) => (people.some(([p]) => p === id) ? people : [...people, /** @type {[string, string]} */ ([id, id])]);
  return html`${call && html`<p class="callout">${onCall(call)}${call.until ? ` ${t('schedule.until', { time: day(call.until) })}` : ''}${call.next ? ` ${t('schedule.next', { name: call.next.name })}` : ''}</p>`}
    ${schedule.people.length === 0 && html`<p class="callout bad" role="status"><${Icon} name="triangle-alert" />${t('schedule.nobody_told')}</p>`}
    <${Text} form=${form} at="/name" label=${t('schedule.name')} />
    <div class="pair"><${Moment} form=${form} at="/starts_at" label=${t('schedule.starts')} hint=${t('schedule.starts_hint')} /><${Duration} form=${form} at="/turn_s" label=${t('schedule.turn')} min=${TURN_MIN_S} /></div>
    <${ListOf} title=${t('schedule.people')} add=${t('schedule.add')} locked=${form.locked} onAdd=${() => set(add(schedule, '/people', people[0]?.[0] ?? ''))}>
      <ol class="rows">${schedule.people.map((id, i) => html`<li key=${i}><${Choice} form=${form} at=${`/people/${i}`} label=${t('schedule.turn_n', { n: i + 1 })} options=${known(id)} /><${Remove} label=${t('schedule.remove', { n: i + 1 })} locked=${form.locked} onRemove=${() => set(drop(schedule, '/people', i))} /></li>`)}</ol><//>
    <${ListOf} title=${t('schedule.overrides')} add=${t('schedule.add_override')} locked=${form.locked} onAdd=${() => set(add(schedule, '/overrides', { person: people[0]?.[0] ?? '', from: schedule.starts_at, until: schedule.starts_at }))}>
      <ul class="rows">${schedule.overrides.map((o, i) => html`<li key=${i}><${Choice} form=${form} at=${`/overrides/${i}/person`} label=${t('policy.person')} options=${known(o.person)} /><${Moment} form=${form} at=${`/overrides/${i}/from`} label=${t('schedule.from')} /><${Moment} form=${form} at=${`/overrides/${i}/until`} label=${t('schedule.to')} /><${Remove} label=${t('schedule.remove_override', { n: i + 1 })} locked=${form.locked} onRemove=${() => set(drop(schedule, '/overrides', i))} /></li>`)}</ul><//>`;
}
