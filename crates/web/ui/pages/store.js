// A manager's store on a phone: what is open here, who is on shift, and one thumb to acknowledge.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { second } from '../rules/clock.js';
import { waiting } from '../rules/sla.js';
import { ago, hour } from '../rules/time.js';
import { beside, name, t } from '../rules/text.js';
import { all, get } from '../edge/api.js';
import { board, changes, loaded, loadOpen, onGap } from '../edge/live.js';
import { wire } from '../edge/wire.js';
import { recall, remember } from '../edge/disk.js';
import { can, me } from '../edge/session.js';
import { DeadlineBar } from '../ui/deadline.js';
import { Icon, categoryIcon } from '../ui/icon.js';
import { Actions } from '../ui/incident/actions.js';
import { Dialogs } from '../ui/incident/dialogs.js';
import { StateChip } from '../ui/incident/head.js';
import { Since } from '../ui/incident/parts.js';
import { Priority } from '../ui/priority.js';
import { useRetry } from '../ui/retry.js';
import { MyShift, change, started } from '../ui/my_shift.js';
import { Failed, Loading } from '../ui/states.js';

/** @typedef {import('../rules/contract.d.ts').Summary} Summary */
/** @typedef {import('../rules/contract.d.ts').Person} Person */

export function Page() {
  const kept = useSignal(/** @type {{at: number, open: Summary[]} | null} */ (null));
  const last = useSignal(/** @type {Summary | null} */ (null));
  useEffect(() => {
    void recall('store').then((k) => { kept.value = k ?? null; });
    void loadOpen();
    void get('/incidents?limit=1').then((r) => { last.value = /** @type {{items: Summary[]}} */ (r).items[0] ?? null; }, () => undefined);
    return onGap(() => void loadOpen());
  }, []);
  useEffect(() => { if (loaded.value.done) void remember('store', { at: Date.now(), open: board.open.slice(0, 50) }); }, [loaded.value]);
  useRetry();
  void changes.value;
  const offline = !loaded.value.done && Boolean(loaded.value.failure);
  const cut = /** @type {{kind?: string} | null} */ (loaded.value.failure)?.kind === 'offline';
  const open = loaded.value.done ? board.open : offline && kept.value ? kept.value.open : null;
  const site = me.value?.site;
  return html`<div class="title-line"><h1>${site?.name ?? t('page.store')}</h1>
      ${open && html`<p class="muted">${t('store.open', { n: open.length })}</p>`}
      <a class="btn" href="/terminal"><${Icon} name="square-pen" />${t('store.report')}</a></div>
    ${offline && kept.value && html`<p class="callout bad" role="status"><${Icon} name="wifi-off" />${cut ? t('store.kept', { time: ago(second.value - kept.value.at) }) : t('desk.incomplete')}</p>`}
    ${wire.value.state === 'lost' && loaded.value.done && html`<p class="callout" role="status"><${Icon} name="clock" />${t('incident.may_be_old')}</p>`}
    ${!open && loaded.value.failure ? html`<${Failed} failure=${loaded.value.failure} again=${() => void loadOpen()} />` : !open ? html`<${Loading} rows=${4} />`
      : open.length === 0 ? html`<${Quiet} last=${last.value} />` : html`<ul class="cards">${open.map((s) => html`<${Card} key=${s.id} s=${s} />`)}</ul>`}
    <${OnShift} /><${Dialogs} />`;
}

/** @param {{last: Summary | null}} props */
function Quiet({ last }) {
  return html`<div class="state"><${Icon} name="circle-check" /><p class="lead">${t('empty.store')}</p>
    ${last && html`<p class="muted">${t('empty.store_last', { what: name('category', last.category), time: ago(second.value - Date.parse(last.reported_at)) })}</p>`}</div>`;
}

/** @param {{s: Summary}} props */
function Card({ s }) {
  return html`<li class=${`card ${waiting(s) ? 'waits' : ''}`}>
    <div class="line"><${Priority} priority=${s.priority} long /><${StateChip} summary=${s} /><span class="muted small"><${Since} at=${s.reported_at} /></span></div>
    <h2><a href=${`/incidents/${s.id}`}><${Icon} name=${categoryIcon(s.category)} />${name('category', s.category)}</a></h2>
    <p class="muted">${beside(name('area', s.area), s.reference, s.owner ? t('owner', { name: s.owner.name }) : t('owner.none'))}</p>
    ${s.silent && html`<p class="callout bad"><${Icon} name="phone-off" />${t(s.category === 'panic' ? 'said.panic_silent' : 'tag.silent')}</p>`}
    ${s.unreached && html`<p class="callout bad"><${Icon} name="phone" /><b>${t('unreached.short')}</b></p>`}
    <${DeadlineBar} incident=${s} /><${Actions} incident=${s} /></li>`;
}

/** Who is at work, with who says so. What was started here is ended here; the rota ends its own. */
function OnShift() {
  const busy = useSignal(false);
  const who = me.value;
  const people = who?.on_shift ?? [];
  const others = can('shift_others');
  const press = async (/** @type {string} */ id) => { busy.value = true; await change(id); busy.value = false; };
  return html`<section class="part on-shift"><h2>${t('store.on_shift')}</h2>
    ${people.length === 0 ? html`<p class="muted">${t('store.nobody')}</p>` : html`<ul class="people-line">${people.map((p) => html`<li key=${p.id}><${Icon} name="user" /><span>${p.name} <span class="muted">${beside(name('role', p.role), t('store.since', { time: hour(p.since) }), ...p.sources.map((s) => name('on_shift', s)))}</span></span>
      ${others && p.id !== who?.person.id && started(p.id) && html`<button type="button" class="quiet" aria-label=${t('store.end_of', { name: p.name })} disabled=${busy.value} onClick=${() => void press(p.id)}>${t('store.end')}</button>`}</li>`)}</ul>`}
    <p class="choices"><${MyShift} />${others && who?.site && html`<${Colleague} busy=${busy.value} onChoose=${press} />`}</p></section>`;
}

/** A colleague whose shift begins. @param {{busy: boolean, onChoose: (id: string) => Promise<void>}} props */
function Colleague({ busy, onChoose }) {
  const staff = useSignal(/** @type {Person[]} */ ([]));
  const site = me.value?.site?.id;
  useEffect(() => {
    void all('/people').then((people) => {
      staff.value = people.filter((/** @type {Person} */ p) => p.active && p.reach.kind === 'site' && p.reach.id === site && !['terminal', 'integration'].includes(p.role) && p.id !== me.value?.person.id);
    }, () => undefined);
  }, [site]);
  const off = staff.value.filter((p) => !started(p.id));
  if (off.length === 0) return null;
  return html`<select aria-label=${t('store.start_of')} disabled=${busy} value="" onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ e) => { const id = e.currentTarget.value; e.currentTarget.value = ''; if (id) void onChoose(id); }}>
    <option value="">${t('store.start_of')}</option>${off.map((p) => html`<option key=${p.id} value=${p.id}>${p.name}</option>`)}</select>`;
}
