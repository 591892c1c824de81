// Whom to ring about an incident: the store at once, the people when asked for, or when nobody was reached.
import { html } from '../../vendor/ui.js';
import { name, t } from '../../rules/text.js';
import { Icon } from '../icon.js';

/** @typedef {import('../../rules/contract.d.ts').Incident} Incident */
/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */

/** @param {{incident: Incident, summary: Summary}} props */
export function Numbers({ incident, summary }) {
  const all = incident.numbers ?? [];
  const store = all.find((n) => n.id === null);
  const people = all.filter((n) => n.id !== null);
  if (all.length === 0) return null;
  return html`<div class="numbers" data-part="numbers">
    ${store && html`<p><${Icon} name="phone" /><a href=${`tel:${store.phone}`}>${t('numbers.store', { phone: store.phone })}</a></p>`}
    ${people.length > 0 && html`<details open=${Boolean(summary.unreached)}><summary class="muted">${t('numbers.people', { n: people.length })}</summary>
      <ul class="plain">${people.map((n) => html`<li key=${n.id}>${n.name} <span class="muted">${name('role', n.role).toLowerCase()}</span> <a href=${`tel:${n.phone}`} aria-label=${t('numbers.call', { name: n.name, phone: n.phone })}>${n.phone}</a></li>`)}</ul></details>`}</div>`;
}
