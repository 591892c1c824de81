// The dispatch desk: what is open, in order of urgency, and what to do about it.
import { html, signal, useComputed, useEffect, useSignal } from '../vendor/ui.js';
import { grouped, plainRows } from '../rules/flood.js';
import { action } from '../rules/keys.js';
import { waiting } from '../rules/sla.js';
import { beside, decimal, name, t } from '../rules/text.js';
import { board, changes, loaded, loadOpen, onGap } from '../edge/live.js';
import { learnTemplates, me } from '../edge/session.js';
import { shortcuts } from '../edge/settings.js';
import { Help } from '../ui/desk/help.js';
import { Pane } from '../ui/desk/pane.js';
import { columns, draw } from '../ui/desk/row.js';
import { Strip } from '../ui/desk/strip.js';
import { counted, tally } from '../ui/desk/tally.js';
import { alarm, rate, watch } from '../ui/desk/watch.js';
import { refuge } from '../ui/focus.js';
import { Icon } from '../ui/icon.js';
import { run } from '../ui/incident/actions.js';
import { perform } from '../ui/incident/act.js';
import { Dialogs } from '../ui/incident/dialogs.js';
import { go } from '../ui/place.js';
import { useRetry } from '../ui/retry.js';
import { Rows } from '../ui/rows.js';
import { say } from '../ui/say.js';
import { Empty, Failed, Forbidden, Loading } from '../ui/states.js';
import { now } from '../rules/clock.js';

/** @typedef {import('../rules/flood.js').Row} Row */
/** @typedef {'all' | 'waiting' | 'mine' | 'checkpoint'} View */

const VIEWS = /** @type {const} */ (['all', 'waiting', 'mine', 'checkpoint']);
const ROW_PX = 40;
const ROW_NARROW_PX = 64;

/** What is chosen survives a visit to the incident page. */
const selected = signal(/** @type {string | null} */ (null));
const view = signal(/** @type {View} */ ('all'));
/** In a flood a person may still ask for the plain list. */
const flat = signal(false);
const unfolded = signal(/** @type {Set<string>} */ (new Set()));

const narrow = matchMedia('(max-width: 47.99rem)');
const tight = signal(narrow.matches);
narrow.addEventListener('change', () => { tight.value = narrow.matches; });

export function Page() {
  const help = useSignal(false);
  const pane = useSignal(false);
  const flood = useComputed(() => rate.value.flood && !flat.value);
  const rows = useComputed(() => {
    void changes.value;
    const open = view.value === 'all' ? board.open : board.open.filter(wanted[view.value]);
    return flood.value ? grouped(open, unfolded.value) : plainRows(open);
  });
  useEffect(() => {
    watch();
    void learnTemplates().catch(() => undefined);
    if (!loaded.peek().done) void loadOpen();
    return onGap(() => void loadOpen());
  }, []);
  useRetry();
  useEffect(() => { if (!rate.value.flood) flat.value = false; }, [rate.value.flood]);
  useEffect(() => {
    const key = (/** @type {KeyboardEvent} */ e) => press(e, rows.peek(), { help, pane });
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, []);
  if (me.value && !me.value.can.includes('acknowledge') && me.value.person.role !== 'admin') return html`<h1>${t('page.desk')}</h1><${Forbidden} right="acknowledge" />`;
  const chosen = rows.value.find((r) => r.id === selected.value);
  return html`<h1 class="vh">${t('page.desk')}</h1>
    <${Strip} />
    <div class=${`desk ${pane.value ? 'with-pane' : ''}`}>
      <section class="queue" aria-label=${t('desk.queue')}>
        <${Bar} onHelp=${() => { help.value = true; }} />
        ${rate.value.flood && html`<${Flood} flood=${flood.value} />`}
        ${loaded.value.failure && rows.value.length > 0 && html`<p class="callout bad" role="alert"><${Icon} name="triangle-alert" /><span>${t('desk.incomplete')}</span></p>`}
        <${Queue} rows=${rows.value} flood=${flood.value} onOpen=${() => { pane.value = true; }} />
      </section>
      <${Pane} id=${chosen?.kind === 'incident' ? chosen.id : (selected.value && board.shown(selected.value) ? selected.value : null)} group=${chosen?.kind === 'group' ? chosen : null}
        open=${pane.value} quiet=${rows.value.length === 0} onPick=${(/** @type {string} */ id) => { selected.value = id; }} onAll=${acknowledgeGroup} onClose=${() => back(pane)} />
    </div>
    ${help.value && html`<${Help} where="desk" onClose=${() => { help.value = false; }} />`}<${Dialogs} />`;
}

/** @type {Record<View, (s: import('../rules/contract.d.ts').Summary) => boolean>} */
const wanted = {
  all: () => true,
  waiting,
  mine: (s) => s.owner?.id === me.value?.person.id,
  checkpoint: (s) => s.checkpoint,
};

/** @param {{onHelp: () => void}} props */
function Bar({ onHelp }) {
  const n = tally.value;
  const count = { all: n.open, waiting: n.unacknowledged, mine: n.mine, checkpoint: n.checkpoint };
  return html`<div class="bar-top"><div class="views" role="group" aria-label=${t('desk.view')}>
    ${VIEWS.map((v) => html`<button key=${v} type="button" class="chip" aria-pressed=${view.value === v ? 'true' : 'false'} onClick=${() => { view.value = v; }}>${t(`view.${v}`)} <span class="n">${counted.value ? decimal(count[v]) : ''}</span></button>`)}</div>
    <span class="muted small loading-more" role="status">${!loaded.value.done && !loaded.value.failure && n.open > 0 ? t('desk.loading_more') : ''}</span>
    <button type="button" class="quiet" aria-label=${t('help.title')} onClick=${onHelp}><${Icon} name="keyboard" /><span class="wide">${t('desk.keys')}</span></button></div>`;
}

/** @param {{flood: boolean}} props */
function Flood({ flood }) {
  return html`<div class="flood" role="status"><${Icon} name="waypoints" /><p><b>${t('flood.title', { n: rate.value.n })}</b> ${t(flood ? 'flood.grouped' : 'flood.flat')}</p>
    <button type="button" onClick=${() => { flat.value = flood; }}>${t(flood ? 'flood.show_list' : 'flood.show_groups')}</button></div>`;
}

/** @param {{rows: Row[], flood: boolean, onOpen: () => void}} props */
function Queue({ rows, flood, onOpen }) {
  if (rows.length === 0 && loaded.value.failure) return html`<${Failed} failure=${loaded.value.failure} again=${() => void loadOpen()} />`;
  if (rows.length === 0 && !loaded.value.done) return html`<${Loading} rows=${12} />`;
  if (rows.length === 0) return html`<${Quiet} />`;
  return html`<${Rows} rows=${rows} selected=${selected.value} row_px=${tight.value ? ROW_NARROW_PX : ROW_PX} label=${t(flood ? 'desk.groups' : 'desk.queue')} columns=${columns()}
    draw=${(/** @type {Row} */ row) => draw(row, toggle)}
    onSelect=${(/** @type {Row} */ row) => { selected.value = row.id; onOpen(); }}
    onOpen=${(/** @type {Row} */ row) => open(row)} />`;
}

/** Nothing to do, and what was last done. */
function Quiet() {
  if (view.value !== 'all') return html`<${Empty} icon="circle-check" title=${t(`empty.${view.value}`)} />`;
  return html`<${Empty} icon="circle-check" title=${t('empty.desk')}>
    ${board.ended.length > 0 && html`<p class="muted">${t('empty.last')}</p><ul class="plain">${board.ended.slice(0, 5).map((s) => html`<li key=${s.id}><a href=${`/incidents/${s.id}`}>${s.reference}</a> ${beside(name('category', s.category), s.site_name, name('state', s.state))}</li>`)}</ul>`}<//>`;
}

/** @param {Row} row */
function open(row) {
  if (row.kind === 'group') toggle(row.site);
  else go(`/incidents/${row.id}`);
}

/** @param {string} site */
function toggle(site) {
  const next = new Set(unfolded.value);
  if (!next.delete(site)) next.add(site);
  unfolded.value = next;
}

/** Acknowledges all that wait in a group, one after the other. @param {Row | undefined} row */
async function acknowledgeGroup(row) {
  if (row?.kind !== 'group') return;
  const all = row.incidents.filter(waiting);
  const done = await Promise.all(all.map((s) => perform(s, 'acknowledge')));
  say(t('group.done', { n: done.filter(Boolean).length, where: row.name }));
}

/** @param {KeyboardEvent} e @param {Row[]} rows @param {{help: {value: boolean}, pane: {value: boolean}}} open_ */
function press(e, rows, { help, pane }) {
  const target = e.target instanceof Element ? e.target : null;
  const busy = Boolean(target?.closest('dialog'));
  const typing = busy || Boolean(target?.closest('input, textarea, select')) || (e.key === 'Enter' && Boolean(target?.closest('button, a, summary')));
  if (e.key === 'Escape' && pane.value && !busy) { back(pane); return; }
  const what = arrows(e, target) ?? action(e, { typing, on: shortcuts.value === 'on', where: 'desk' });
  if (!what) return;
  const index = rows.findIndex((r) => r.id === selected.value);
  const row = rows[index];
  const incident = selected.value ? board.shown(selected.value) : undefined;
  if (what === 'next') selected.value = rows[Math.min(rows.length - 1, index + 1)]?.id ?? null;
  else if (what === 'previous') selected.value = rows[Math.max(0, index - 1)]?.id ?? null;
  else if (what === 'next_waiting') selected.value = nextWaiting(rows, index) ?? selected.value;
  else if (what === 'help') help.value = true;
  else if (what === 'mute') alarm.value.pause(now());
  else if (what === 'acknowledge_group') void acknowledgeGroup(row);
  else if (what === 'open' && row?.kind === 'group') toggle(row.site);
  else if (what === 'open') pane.value = Boolean(row);
  else if (what === 'open_page' && row) open(row);
  else if (what === 'comment') /** @type {HTMLElement | null} */ (document.querySelector('[data-comment]'))?.focus();
  else if (row?.kind === 'group') say(t('group.keys', { n: row.waiting }));
  else if (!incident || !run(incident, what)) return;
  e.preventDefault();
}

/** From the pane to the queue, which has the focus again once it is there. @param {{value: boolean}} pane */
function back(pane) {
  pane.value = false;
  requestAnimationFrame(refuge);
}

/** The arrow keys work in the queue even when letters are turned off. @param {KeyboardEvent} e @param {Element | null} target */
function arrows(e, target) {
  if (!target?.closest('.grid')) return null;
  return e.key === 'ArrowDown' ? 'next' : e.key === 'ArrowUp' ? 'previous' : null;
}

/** @param {Row[]} rows @param {number} from */
function nextWaiting(rows, from) {
  const circle = [...rows.slice(from + 1), ...rows.slice(0, Math.max(0, from))];
  return circle.find((r) => (r.kind === 'group' ? r.waiting > 0 : waiting(r.incident)))?.id;
}
