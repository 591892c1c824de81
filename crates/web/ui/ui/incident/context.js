// What tills, cameras, rota and stock say about the minutes around an incident, each with its source and how sure it is.
import { html } from '../../vendor/ui.js';
import { money } from '../../rules/money.js';
import { clock, hour } from '../../rules/time.js';
import { beside, decimal, name, plain, series, t } from '../../rules/text.js';
import { Icon } from '../icon.js';
import { Part } from './parts.js';

/** @typedef {import('../../rules/contract.d.ts').Incident} Incident */
/** @typedef {import('../../rules/contract.d.ts').Context} Context */

/** @param {{incident: Incident}} props */
export function ContextPart({ incident }) {
  const c = incident.context;
  if (!c) return html`<${Part} id="context" title=${t('part.context')}><p class="muted">${t('context.none')}</p><//>`;
  const window = c.window ? t('context.window', { from: hour(c.window.from), until: hour(c.window.until) }) : null;
  return html`<${Part} id="context" title=${t('part.context')} note=${window}><div class="context">
    <${Matches} c=${c} goods=${incident.items?.length > 0} /><${Cameras} c=${c} /><${Tills} c=${c} /><${Shift} c=${c} /><${Stock} c=${c} /><${Sources} c=${c} /></div><//>`;
}

/** @param {{icon: string, title: string, children: unknown}} props */
const Block = ({ icon, title, children }) => html`<div class="block"><h4><${Icon} name=${icon} />${title}</h4>${children}</div>`;

/** Where no goods were reported none are missed. @param {{c: Context, goods: boolean}} props */
function Matches({ c, goods }) {
  if (c.tills.length === 0 && c.matches.length === 0) return html`<${Block} icon="receipt" title=${t('context.matches')}><p class="muted">${t('context.no_tills')}</p><//>`;
  if (c.matches.length === 0 && !goods) return null;
  if (c.matches.length === 0) return html`<${Block} icon="receipt" title=${t('context.matches')}><p class="muted">${t('context.no_match')}</p><//>`;
  return html`<${Block} icon="receipt" title=${t('context.matches')}><ul class="plain">${c.matches.map((m, i) => html`<li key=${i}>
    <b>${m.item}</b> ${t('context.match', { kind: name('transaction', m.kind), till: plain(m.till), time: clock(m.at) })} <span class="sure">${t('context.sure', { n: Math.round(m.confidence * 100) })}</span></li>`)}</ul><//>`;
}

/** @param {Context['cameras'][number]} v */
const view = (v) => t('context.view', { from: clock(v.from), until: clock(v.until) });

/** The times are said once when they are the same for all. @param {{c: Context}} props */
function Cameras({ c }) {
  const alike = new Set(c.cameras.map(view)).size === 1;
  return html`<${Block} icon="video" title=${t('context.cameras')}>${c.cameras.length === 0 ? html`<p class="muted">${t('context.no_cameras')}</p>`
    : html`<ul class="plain">${c.cameras.map((v) => html`<li key=${v.camera}><b>${v.name}</b>${alike ? '' : html` ${view(v)}`}</li>`)}</ul>${alike && html`<p class="small muted">${view(c.cameras[0])}</p>`}`}<//>`;
}

/** How many goods of a receipt are named. */
const GOODS_SHOWN = 4;

/** @param {{c: Context}} props */
function Tills({ c }) {
  if (c.tills.length === 0) return null;
  return html`<${Block} icon="credit-card" title=${t('context.tills')}>${c.tills.map((till) => html`<details key=${till.till} class="till"><summary>
      <b>${plain(till.till)}</b> ${t('context.receipts', { n: till.transactions.length })}
      <span class="how">${till.clock_error_ms === null ? t('context.clock_unknown') : t('context.clock_error', { time: t('time.s', { n: decimal(Math.abs(till.clock_error_ms) / 1000, 1) }) })}</span></summary>
    <ul class="plain">${till.transactions.map((x) => html`<li key=${x.id} class=${x.kind}><time>${clock(x.at)}</time> <b>${name('transaction', x.kind)}</b> ${money(x.total_minor, x.currency)}
      <span class="muted">${goods(x.lines)}</span></li>`)}</ul></details>`)}
    ${c.omitted > 0 && html`<p class="small muted" data-omitted>${t('context.omitted', { n: c.omitted })}</p>`}<//>`;
}

/** @param {Context['tills'][number]['transactions'][number]['lines']} lines */
function goods(lines) {
  const words = series(lines.slice(0, GOODS_SHOWN).map((l) => t('amount', { n: l.quantity, what: l.name })));
  return lines.length > GOODS_SHOWN ? t('context.and_more', { words }) : words;
}

/** @param {{c: Context}} props */
function Shift({ c }) {
  if (c.on_shift.length === 0) return null;
  return html`<${Block} icon="users" title=${t('context.on_shift')}><ul class="plain">${c.on_shift.map((p) => html`<li key=${p.id}>${p.name} <span class="muted">${beside(name('role', p.role).toLowerCase(), ...p.sources.map((s) => name('on_shift', s)))}</span></li>`)}</ul><//>`;
}

/** @param {{c: Context}} props */
function Stock({ c }) {
  if (c.stock.length === 0 && c.footfall === null) return null;
  return html`<${Block} icon="package" title=${t('context.stock')}><ul class="plain">${c.stock.map((s) => html`<li key=${s.sku}><b>${s.name}</b> ${beside(s.price_minor !== null && money(s.price_minor), s.location, s.level !== null && t('context.left', { n: s.level }))}</li>`)}
    ${c.footfall !== null && html`<li>${t('context.footfall', { n: c.footfall })}</li>`}</ul><//>`;
}

/** Where all this comes from, and what came late. @param {{c: Context}} props */
function Sources({ c }) {
  return html`<details class="sources small"><summary class="muted">${beside(t('context.taken', { time: clock(c.taken_at) }), c.late > 0 && t('context.late', { n: c.late }), t('context.sources', { n: c.sources.length }))}</summary>
    <ul class="plain">${c.sources.map((s) => html`<li key=${s.source}><b>${short(s.source)}</b> <span class="muted">${series([t('context.events', { n: s.events }), ...(s.last_at ? [t('context.last', { time: clock(s.last_at) })] : [])])}</span></li>`)}</ul></details>`;
}

/** `/sites/leeds-012/tills/till-1` → `Tills till 1`: the store is known from the incident. @param {string} source */
const short = (source) => plain(source.replace(/^\/sites\/[^/]+\//, '').replaceAll('/', ' '));
