// A manager's store on a phone: what is open here, who is on shift, and one thumb to acknowledge.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { second } from '../rules/clock.js';
import { waiting } from '../rules/sla.js';
import { ago } from '../rules/time.js';
import { beside, name, t } from '../rules/text.js';
import { get } from '../edge/api.js';
import { board, changes, loaded, loadOpen, onGap } from '../edge/live.js';
import { wire } from '../edge/wire.js';
import { recall, remember } from '../edge/disk.js';
import { me } from '../edge/session.js';
import { DeadlineBar } from '../ui/deadline.js';
import { Icon, categoryIcon } from '../ui/icon.js';
import { Actions } from '../ui/incident/actions.js';
import { Dialogs } from '../ui/incident/dialogs.js';
import { StateChip } from '../ui/incident/head.js';
import { Since } from '../ui/incident/parts.js';
import { OnShift } from '../ui/on_shift.js';
import { Priority } from '../ui/priority.js';
import { useRetry } from '../ui/retry.js';
import { Failed, Loading } from '../ui/states.js';

/** @typedef {import('../rules/contract.d.ts').Summary} Summary */

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
    <section class="part"><h2>${t('at_work.title')}</h2><${OnShift} /></section><${Dialogs} />`;
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
