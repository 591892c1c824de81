// One row of the desk's queue: an incident, or in a flood all lesser incidents of one store.
import { Component, html } from '../../vendor/ui.js';
import { second } from '../../rules/clock.js';
import { initialled } from '../../rules/initials.js';
import { waiting } from '../../rules/sla.js';
import { span } from '../../rules/time.js';
import { name, series, t } from '../../rules/text.js';
import { Left } from '../deadline.js';
import { Icon, categoryIcon } from '../icon.js';
import { Priority } from '../priority.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */
/** @typedef {import('../../rules/flood.js').Row} Row */

/** The columns, in the order of the cells below. */
export const columns = () => ['priority', 'what', 'where', 'clock', 'owner'].map((c) => t(`column.${c}`));

/** @param {Row} row @param {(site: string) => void} toggle */
export const draw = (row, toggle) =>
  row.kind === 'group' ? html`<${Group} row=${row} toggle=${toggle} />` : html`<${Kept} s=${row.incident} inside=${row.inside} />`;

/** Draws a row again only when its incident has changed. @extends {Component<{s: Summary, inside: boolean}>} */
class Kept extends Component {
  /** @param {{s: Summary, inside: boolean}} next */
  shouldComponentUpdate(next) { return next.s !== this.props.s || next.inside !== this.props.inside; }
  render() { return html`<${One} s=${this.props.s} inside=${this.props.inside} />`; }
}

/** @param {{s: Summary, inside: boolean}} props */
function One({ s, inside }) {
  const waits = waiting(s);
  return html`<span role="gridcell" class=${`c-priority ${inside ? 'inside' : ''}`}><${Priority} priority=${s.priority} /></span>
    <span role="gridcell" class=${`c-what ${waits ? 'waits' : ''}`}><${Icon} name=${categoryIcon(s.category)} /><span class="cut"><b>${name('category', s.category)}</b>${s.area ? html` <span class="muted">${name('area', s.area)}</span>` : ''}</span>
      ${s.checkpoint && html`<span class="tag"><${Icon} name="eye" label=${t('tag.checkpoint')} /></span>`}${s.silent && html`<span class="tag"><${Icon} name="phone-off" label=${t('tag.silent')} /></span>`}</span>
    <span role="gridcell" class="c-where cut">${s.site_name}</span>
    <span role="gridcell" class="c-clock"><${Left} incident=${s} /></span>
    <span role="gridcell" class=${`c-owner ${s.unreached ? 'unreached' : 'cut'}`}>${s.unreached ? html`<${Icon} name="phone" /><span>${t('unreached.short')}</span>`
      : waits ? html`<span class="muted"><${Age} at=${s.reported_at} /></span>`
      : html`<${Icon} name=${s.state === 'responding' ? 'footprints' : 'check'} label=${name('state', s.state)} /><span title=${s.owner?.name}>${initialled(s.owner?.name ?? '')}</span>`}</span>`;
}

/** @param {{at: string}} props */
const Age = ({ at }) => html`<span>${t('row.age', { time: span(Math.max(0, second.value - Date.parse(at))) })}</span>`;

/** @param {{row: import('../../rules/flood.js').GroupRow, toggle: (site: string) => void}} props */
function Group({ row, toggle }) {
  return html`<span role="gridcell" class="c-priority"><${Priority} priority=${row.worst.priority} /></span>
    <span role="gridcell" class="c-what"><button type="button" class="quiet fold" tabindex="-1" aria-expanded=${row.open ? 'true' : 'false'} onClick=${() => toggle(row.site)}><${Icon} name=${row.open ? 'chevron-down' : 'chevron-right'} />
      <b>${t('group.incidents', { n: row.incidents.length })}</b></button> <span class="muted cut">${kinds(row.incidents)}</span></span>
    <span role="gridcell" class="c-where cut"><b>${row.name}</b></span>
    <span role="gridcell" class="c-clock"><${Left} incident=${row.worst} /></span>
    <span role="gridcell" class="c-owner">${row.waiting ? t('group.waiting', { n: row.waiting }) : t('group.taken')}</span>`;
}

/** @param {Summary[]} incidents */
function kinds(incidents) {
  return series([...new Set(incidents.map((s) => name('category', s.category)))].slice(0, 3));
}
