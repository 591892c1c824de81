// The head of an incident: what it is, where, how urgent, whose it is, and how long is left.
import { html } from '../../vendor/ui.js';
import { beside, name, t } from '../../rules/text.js';
import { ended } from '../../rules/sla.js';
import { dated, day } from '../../rules/time.js';
import { DeadlineBar } from '../deadline.js';
import { Icon, categoryIcon } from '../icon.js';
import { Priority } from '../priority.js';
import { Address } from './address.js';
import { Since } from './parts.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */

/** @param {{summary: Summary, linked?: boolean, level?: 1 | 2}} props */
export function IncidentHead({ summary: s, linked = false, level = 2 }) {
  const title = html`<${Icon} name=${categoryIcon(s.category)} /><span>${name('category', s.category)}</span>`;
  return html`<header class="incident-head">
    <div class="line"><${Priority} priority=${s.priority} long /><${StateChip} summary=${s} />
      ${s.checkpoint && html`<span class="tag"><${Icon} name="eye" />${t('tag.checkpoint')}</span>`}
      ${linked ? html`<a class="ref" href=${`/incidents/${s.id}`}>${s.reference}</a>` : html`<span class="ref">${s.reference}</span>`}</div>
    ${level === 1 ? html`<h1 tabindex="-1">${title}</h1>` : html`<h2 tabindex="-1">${title}</h2>`}
    <p class="where"><${Icon} name="map-pin" /><span><b>${s.site_name}</b>${s.area && html`${t('beside')}${name('area', s.area)}`}</span><${Address} site=${s.site} />
      <span class="muted"><${Since} at=${s.reported_at} />${t('beside')}${beside(day(s.reported_at), name('from', s.channel))}</span>
      ${earlier(s) && html`<b class="happened">${t('happened', { time: dated(happened(s), s.reported_at) })}</b>`}</p>
    ${s.silent && html`<p class="callout bad"><${Icon} name="phone-off" />${t(s.category === 'panic' ? 'said.panic_silent' : 'tag.silent')}</p>`}
    ${s.unreached && html`<p class="callout bad" role="alert"><${Icon} name="phone" />${t('unreached')}</p>`}
    ${s.merged_into && html`<p class="callout"><${Icon} name="merge" /><a href=${`/incidents/${s.merged_into}`}>${t('merged.into')}</a></p>`}
    <p class="owner"><${Icon} name="user" />${s.owner ? t(ended(s) ? 'owner.was' : 'owner', { name: s.owner.name }) : t('owner.none')}</p>
    <${DeadlineBar} incident=${s} /></header>`;
}

/** What happened this long before it was reported is said to have. */
const EARLIER_MS = 120_000;

/** @param {Summary} s */
const happened = (s) => s.occurred_at ?? s.reported_at;
/** @param {Summary} s */
const earlier = (s) => Date.parse(s.reported_at) - Date.parse(happened(s)) > EARLIER_MS;

/** @param {{summary: Summary}} props */
export function StateChip({ summary: s }) {
  return html`<span class=${`chip-state ${s.state}`}>${name('state', s.state)}</span>`;
}
