// The last reports from here and what became of them, so that people see that reporting helps.
import { html, useEffect, useRef, useSignal } from '../../vendor/ui.js';
import { second } from '../../rules/clock.js';
import { dated } from '../../rules/time.js';
import { listed, newer } from '../../rules/told.js';
import { name, series, t } from '../../rules/text.js';
import { get } from '../../edge/api.js';
import { recall, remember } from '../../edge/disk.js';
import { board, changes, onGap } from '../../edge/live.js';
import { wire } from '../../edge/wire.js';
import { can, me } from '../../edge/session.js';
import { Icon, categoryIcon } from '../icon.js';
import { MyShift } from '../my_shift.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */

/** How many are shown. */
const SHOWN = 5;

/** @param {{site: string, again: number, onAtWork: () => void}} props `again` changes when something new was sent */
export function Last({ site, again, onAtWork }) {
  const list = useSignal(/** @type {Summary[] | null} */ (null));
  /** What was last heard of each of them: the board forgets what ended a while ago. */
  const heard = useRef(/** @type {Map<string, Summary>} */ (new Map()));
  useEffect(() => {
    const read = () => void get(`/incidents?limit=${SHOWN}${site ? `&site=${encodeURIComponent(site)}` : ''}`).then((page) => {
      list.value = /** @type {{items: Summary[]}} */ (page).items;
      board.load(list.value);
      void remember('last', list.value);
    }, () => undefined);
    void recall('last').then((kept) => { list.value ??= kept ?? null; });
    read();
    return onGap(read);
  }, [site, again, wire.value.state]);
  void changes.value;
  const rows = (list.value ?? []).map((s) => newer(newer(s, heard.current.get(s.id)), board.shown(s.id)));
  heard.current = new Map(rows.map((s) => [s.id, s]));
  return html`<section class="last" aria-labelledby="last-title"><h2 id="last-title">${t('terminal.last')}</h2>
    ${list.value && rows.length === 0 ? html`<p class="muted">${t('empty.reports')}</p>`
      : html`<ul>${rows.map((s) => html`<li key=${s.id}><time datetime=${s.reported_at}>${dated(s.reported_at, second.value)}</time><${Icon} name=${categoryIcon(s.category)} />
        <span>${series([name('category', s.category), ...(s.area ? [name('area', s.area)] : [])])}</span><b>${listed(s, wire.value.state, second.value)}</b></li>`)}</ul>`}<p class="actions"><${MyShift} />
    ${can('shift_others') && me.value?.site && html`<button type="button" onClick=${onAtWork}><${Icon} name="user" />${t('at_work.open', { n: me.value.on_shift.length })}</button>`}</p></section>`;
}
