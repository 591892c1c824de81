// All incidents: search and filters in the address, a page at a time.
import { html, signal, useEffect, useRef, useSignal } from '../vendor/ui.js';
import { query, read, set, without, write } from '../rules/filters.js';
import { name, series, t } from '../rules/text.js';
import { Failure } from '../rules/problem.js';
import { date, day } from '../rules/time.js';
import { all, get } from '../edge/api.js';
import { onGap } from '../edge/live.js';
import { learnTemplates, templates } from '../edge/session.js';
import { Left } from '../ui/deadline.js';
import { Icon, categoryIcon } from '../ui/icon.js';
import { StateChip } from '../ui/incident/head.js';
import { useLoad } from '../ui/load.js';
import { choices, learnPlaces, placeName, places } from '../ui/places.js';
import { go, search } from '../ui/place.js';
import { Priority } from '../ui/priority.js';
import { useShown } from '../ui/shown.js';
import { Empty, Failed, Loading } from '../ui/states.js';

/** @typedef {import('../rules/contract.d.ts').Summary} Summary */
/** @typedef {import('../rules/filters.js').Filter} Filter */

const PAGE_SIZE = 50;
/** A search begins when typing pauses. */
const PAUSE_MS = 300;
const queues = signal(/** @type {import('../rules/contract.d.ts').Named[]} */ ([]));
const STATES = ['reported', 'open', 'acknowledged', 'responding', 'resolved', 'closed', 'merged', 'false_alarm', 'withdrawn'];

export function Page() {
  const filter = read(search.value);
  const more = useSignal(/** @type {Summary[]} */ ([]));
  const next = useSignal(/** @type {string | null} */ (null));
  const busy = useSignal(false);
  const key = write(filter);
  const { data, failure, loading, again } = useLoad(async (signal) => {
    const first = /** @type {{items: Summary[], next: string | null}} */ (await get(`/incidents?${query(filter, PAGE_SIZE, null)}`, signal));
    more.value = [];
    next.value = first.next;
    return first.items;
  }, [key]);
  useEffect(() => {
    void learnTemplates().catch(() => undefined);
    void learnPlaces().catch(() => undefined);
    const gap = onGap(again);
    void all('/queues').then((list) => { queues.value = /** @type {any} */ (list); }, () => undefined);
    return gap;
  }, []);
  const older = async () => {
    busy.value = true;
    try {
      const page = /** @type {{items: Summary[], next: string | null}} */ (await get(`/incidents?${query(filter, PAGE_SIZE, next.value)}`));
      more.value = [...more.value, ...page.items];
      next.value = page.next;
    } catch { again(); }
    busy.value = false;
  };
  /** An address kept for long may name what is no more: what was asked for can be taken away. */
  const unknown = failure instanceof Failure && failure.kind === 'invalid';
  const rows = useShown([...(data ?? []), ...more.value]);
  return html`<div class="title-line"><h1>${t('page.incidents')}</h1></div>
    <${Filters} filter=${filter} />
    ${unknown ? html`<${NoMatch} filter=${filter} />` : !data && failure ? html`<${Failed} failure=${failure} again=${again} />` : !data ? html`<${Loading} rows=${12} />`
      : rows.length === 0 ? html`<${NoMatch} filter=${filter} />` : html`<${Table} rows=${rows} dim=${loading} />`}
    ${!unknown && data && rows.length > 0 && html`<p class="after-list">${next.value ? html`<button type="button" disabled=${busy.value} onClick=${older}>${t('list.older')}</button>` : html`<span class="muted">${t('list.all', { n: rows.length })}</span>`}</p>`}`;
}

/** @param {Filter} filter */
const to = (filter) => { const q = write(filter); go(`/incidents${q ? `?${q}` : ''}`, { replace: true }); };

/** @param {{filter: Filter}} props */
function Filters({ filter }) {
  const shown = useSignal(false);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    const key = (/** @type {KeyboardEvent} */ e) => {
      if (e.key !== '/' || (e.target instanceof Element && e.target.closest('input, textarea, select'))) return;
      e.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, []);
  const typed = (/** @type {{currentTarget: HTMLInputElement}} */ e) => {
    const q = e.currentTarget.value;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => to({ ...read(location.search), q }), PAUSE_MS);
  };
  const categories = templates.value.map((x) => /** @type {[string, string]} */ ([x.category, x.name]));
  const state = filter.open ? 'open!' : filter.state.join(',');
  return html`<form class=${`filters noprint ${shown.value ? 'shown' : ''}`} role="search" onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
    <label class="find"><span class="vh">${t('filter.q')}</span><${Icon} name="search" /><input type="search" ref=${field} placeholder=${t('filter.q_hint')} value=${filter.q} onInput=${typed} /></label>
    <button type="button" class="fold-filters" aria-expanded=${shown.value ? 'true' : 'false'} onClick=${() => { shown.value = !shown.value; }}>${t('filter.fold', { n: set({ ...filter, q: '' }).length })}<${Icon} name="chevron-down" class=${shown.value ? 'up' : ''} /></button>
    <${Pick} label=${t('filter.state')} value=${state} options=${[['open!', t('filter.open')], ...STATES.map((s) => [s, name('state', s)])]} onPick=${(/** @type {string} */ v) => to({ ...filter, open: v === 'open!', state: v && v !== 'open!' ? [v] : [] })} />
    <${Pick} label=${t('filter.priority')} value=${filter.priority} options=${['1', '2', '3', '4'].map((p) => [p, t('priority.whole', { n: p, name: name('priority', p) })])} onPick=${(/** @type {string} */ v) => to({ ...filter, priority: v })} />
    <${Pick} label=${t('filter.category')} value=${filter.category} options=${categories} onPick=${(/** @type {string} */ v) => to({ ...filter, category: v })} />
    <${Pick} label=${t('filter.site')} value=${filter.site} options=${choices(places.value.sites)} onPick=${(/** @type {string} */ v) => to({ ...filter, site: v })} />
    <${Pick} label=${t('filter.queue')} value=${filter.queue.join(',')} options=${choices(queues.value)} onPick=${(/** @type {string} */ v) => to({ ...filter, queue: v ? [v] : [] })} />
    <label class="pick">${t('filter.since')}<input type="date" value=${filter.since} onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => to({ ...filter, since: e.currentTarget.value })} /></label>
    <label class="pick">${t('filter.until')}<input type="date" value=${filter.until} onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => to({ ...filter, until: e.currentTarget.value })} /></label>
  </form>`;
}

/** @param {{label: string, value: string, options: [string, string][], onPick: (value: string) => void}} props */
function Pick({ label, value, options, onPick }) {
  const known = value === '' || options.some(([v]) => v === value) ? options : [...options, /** @type {[string, string]} */ ([value, value])];
  return html`<label class="pick">${label}<select value=${value} class=${value ? 'set' : ''} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ e) => onPick(e.currentTarget.value)}>
    <option value="" selected=${value === ''}>${t('filter.any')}</option>${known.map(([v, words]) => html`<option key=${v} value=${v} selected=${v === value}>${words}</option>`)}</select></label>`;
}

/** @param {{filter: Filter}} props */
function NoMatch({ filter }) {
  const parts = set(filter);
  if (parts.length === 0) return html`<${Empty} title=${t('empty.incidents')} />`;
  return html`<${Empty} icon="search" title=${t('empty.match')}><p class="chips">${parts.map((key) => html`<button key=${key} type="button" class="chip" onClick=${() => to(without(filter, key))}><${Icon} name="x" />${t('filter.remove', { what: inWords(filter, key) })}</button>`)}</p><//>`;
}

/** A filter as people say it. @param {Filter} filter @param {keyof Filter} key */
function inWords(filter, key) {
  if (key === 'open') return t('filter.open');
  if (key === 'state') return series(filter.state.map((s) => name('state', s)));
  if (key === 'queue') return series(filter.queue.map((q) => queues.value.find((x) => x.id === q)?.name ?? name('queue', q)));
  if (key === 'site') return placeName('site', filter.site);
  if (key === 'category') return templates.value.find((x) => x.category === filter.category)?.name ?? name('category', filter.category);
  if (key === 'priority') return t('priority.whole', { n: filter.priority, name: name('priority', filter.priority) });
  return key === 'q' ? t('filter.quoted', { words: filter.q }) : t('filter.day', { which: t(`filter.${key}`), day: date(`${filter[key]}T00:00`) || filter[key] });
}

/** @param {{rows: Summary[], dim: boolean}} props */
function Table({ rows, dim }) {
  return html`<div class=${`table-wrap ${dim ? 'dim' : ''}`}><table class="list"><caption class="vh">${t('page.incidents')}</caption>
    <thead><tr>${['priority', 'what', 'where', 'state', 'clock', 'reported', 'owner'].map((c) => html`<th key=${c} scope="col" class=${`c-${c}`}>${t(`column.${c}`)}</th>`)}</tr></thead>
    <tbody>${rows.map((s) => html`<tr key=${s.id} onClick=${(/** @type {MouseEvent} */ e) => { if (!(e.target instanceof Element && e.target.closest('a')) && !getSelection()?.toString()) go(`/incidents/${s.id}`); }}>
      <td class="c-priority"><${Priority} priority=${s.priority} /></td>
      <td class="c-what"><${Icon} name=${categoryIcon(s.category)} /><span><a href=${`/incidents/${s.id}`}>${name('category', s.category)}</a> <span class="ref">${s.reference}</span></span></td>
      <td class="c-where">${s.site_name}${s.area ? html`<span class="muted">${t('beside')}${name('area', s.area)}</span>` : ''}</td><td class="c-state"><${StateChip} summary=${s} /></td>
      <td class="c-clock"><${Left} incident=${s} /></td><td class="c-reported">${day(s.reported_at)}</td><td class="c-owner">${s.owner?.name ?? t('value.none')}</td></tr>`)}</tbody></table></div>`;
}
