// The SLA clock: always against server time, always also as words.
import { html } from '../vendor/ui.js';
import { second } from '../rules/clock.js';
import { deadline, standing } from '../rules/sla.js';
import { t } from '../rules/text.js';
import { span } from '../rules/time.js';

/** @typedef {import('../rules/contract.d.ts').Summary} Summary */

/** The time left, as in a row of the desk. @param {{incident: Pick<Summary, 'state' | 'reported_at' | 'acknowledge_by' | 'resolve_by'>}} props */
export function Left({ incident }) {
  const due = deadline(incident);
  const now = standing(due, second.value);
  if (now.state === 'none') return html`<span class="sla none">${t('value.none')}</span>`;
  return html`<span class=${`sla ${now.state} ${due.kind}`} title=${t(`sla.${due.kind}`)}>${now.text}<span class="vh"> ${t(`sla.${due.kind}`)}</span></span>`;
}

/** The bar with its words, as on an incident. @param {{incident: Pick<Summary, 'state' | 'reported_at' | 'acknowledge_by' | 'resolve_by'>}} props */
export function DeadlineBar({ incident }) {
  const due = deadline(incident);
  const now = standing(due, second.value);
  if (now.state === 'none') return null;
  const key = now.state === 'late' ? `sla.${due.kind}_late` : `sla.${due.kind}_left`;
  return html`<div class=${`deadline ${now.state}`}>
    <p>${t(key, { time: span(Math.abs(now.left_ms)) })}</p>
    <div class="bar" aria-hidden="true"><i style=${{ inlineSize: `${Math.round(now.used * 1000) / 10}%` }}></i></div></div>`;
}
