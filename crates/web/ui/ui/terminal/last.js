// The last reports from here and what became of them, so that people see that reporting helps.
import { html, useEffect, useSignal } from '../../vendor/ui.js';
import { second } from '../../rules/clock.js';
import { hour } from '../../rules/time.js';
import { name, t } from '../../rules/text.js';
import { get } from '../../edge/api.js';
import { recall, remember } from '../../edge/disk.js';
import { board, changes } from '../../edge/live.js';
import { wire } from '../../edge/wire.js';
import { Icon, categoryIcon } from '../icon.js';
import { sentence } from './known.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */

/** How many are shown. */
const SHOWN = 5;

/** @param {{site: string, again: number}} props `again` changes when something new was sent */
export function Last({ site, again }) {
  const list = useSignal(/** @type {Summary[] | null} */ (null));
  useEffect(() => {
    void recall('last').then((kept) => { list.value ??= kept ?? null; });
    void get(`/incidents?limit=${SHOWN}${site ? `&site=${encodeURIComponent(site)}` : ''}`).then((page) => {
      list.value = /** @type {{items: Summary[]}} */ (page).items;
      board.load(list.value);
      void remember('last', list.value);
    }, () => undefined);
  }, [site, again, wire.value.state]);
  void changes.value;
  const rows = (list.value ?? []).map((s) => board.shown(s.id) ?? s).slice(0, SHOWN);
  return html`<section class="last" aria-labelledby="last-title"><h2 id="last-title">${t('terminal.last')}</h2>
    ${list.value && rows.length === 0 ? html`<p class="muted">${t('empty.reports')}</p>`
      : html`<ul>${rows.map((s) => html`<li key=${s.id}><time datetime=${s.reported_at}>${hour(s.reported_at)}</time><${Icon} name=${categoryIcon(s.category)} />
        <span>${name('category', s.category)}${s.area ? `, ${name('area', s.area)}` : ''}</span><b>${sentence(s, Date.parse(s.reported_at), second.value)}</b></li>`)}</ul>`}</section>`;
}
