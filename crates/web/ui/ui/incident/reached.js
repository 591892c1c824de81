// Who was reached, not who was written to: one line per person, the reached ones first.
import { html } from '../../vendor/ui.js';
import { RANK, became, people } from '../../rules/reached.js';
import { clock, dated } from '../../rules/time.js';
import { beside, name, t } from '../../rules/text.js';
import { Icon } from '../icon.js';
import { useEarlier } from './earlier.js';
import { Part } from './parts.js';

/** @typedef {import('../../rules/contract.d.ts').Incident} Incident */
/** @typedef {import('../../rules/reached.js').Reach} Reach */

const STATE_ICON = /** @type {Record<string, string>} */ ({ planned: 'clock', sent: 'send', accepted: 'check', delivered: 'check-check', seen: 'eye', failed: 'circle-x' });
const CHANNEL_ICON = /** @type {Record<string, string>} */ ({ desk: 'monitor', mail: 'mail', webhook: 'webhook', push: 'bell', sms: 'phone', voice: 'phone', siren: 'siren' });

/** How many people are listed before the rest is folded away. */
const SHOWN = 5;

/** @param {{incident: Incident}} props */
export function Reached({ incident }) {
  const { all, next, more } = useEarlier(`/incidents/${incident.id}/deliveries`, incident.deliveries, incident.deliveries_next, (d) => d.id);
  const list = people(all);
  const reached = list.filter((p) => RANK[p.best] >= RANK.delivered).length;
  return html`<${Part} id="reached" title=${t('part.reached')} note=${list.length ? t('reached.note', { n: reached, of: list.length }) : null}>
    ${list.length === 0 && html`<p class="muted">${t('reached.none')}</p>`}
    <ul class="reached">${list.slice(0, SHOWN).map((p) => html`<${One} key=${p.id} p=${p} since=${incident.reported_at} />`)}</ul>
    ${list.length > SHOWN && html`<details><summary class="muted">${t('reached.more', { n: list.length - SHOWN })}</summary><ul class="reached">${list.slice(SHOWN).map((p) => html`<${One} key=${p.id} p=${p} since=${incident.reported_at} />`)}</ul></details>`}
    ${next && html`<button type="button" class="noprint" onClick=${more}>${t('timeline.earlier')}</button>`}<//>`;
}

/** @param {{p: Reach, since: string}} props */
function One({ p, since }) {
  return html`<li class=${p.best}><${Icon} name=${STATE_ICON[p.best] ?? 'clock'} /><span class="whom">${p.name}</span>
    <ul class="ways">${p.ways.map((d) => html`<li key=${d.id} class=${d.state} title=${d.provider_text ?? ''}><${Icon} name=${CHANNEL_ICON[d.channel] ?? 'send'} label=${name('channel', d.channel)} />
      <span>${beside(became(d), d.attempts > 1 && t('reached.attempts', { n: d.attempts }))}</span> <time>${dated(d.updated_at ?? d.planned_at, since, clock)}</time>${d.state === 'failed' && d.channel !== 'desk' && d.provider_text ? html`<span class="why">${d.provider_text}</span>` : ''}</li>`)}</ul></li>`;
}
