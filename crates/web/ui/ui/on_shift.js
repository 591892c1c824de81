// Who is at work in one's store, with who says so. What was started here is ended here; the rota ends its own.
import { html, useEffect, useRef, useSignal } from '../vendor/ui.js';
import { hour } from '../rules/time.js';
import { beside, name, t } from '../rules/text.js';
import { all } from '../edge/api.js';
import { can, me } from '../edge/session.js';
import { lost } from './focus.js';
import { Icon } from './icon.js';
import { useLoad } from './load.js';
import { MyShift, change, started } from './my_shift.js';
import { why } from './say.js';

/** @typedef {import('../rules/contract.d.ts').PersonRef} PersonRef */

/** @param {{open?: boolean}} props whether the colleagues whose shift may begin are shown at once */
export function OnShift({ open = false }) {
  const busy = useSignal(false);
  const wrong = useSignal('');
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const who = me.value;
  const people = who?.on_shift ?? [];
  const others = can('shift_others');
  // What was pressed is gone after it: the keyboard goes on from here.
  useEffect(() => (busy.value ? () => { if (lost()) box.current?.focus({ preventScroll: true }); } : undefined), [busy.value]);
  const press = async (/** @type {string} */ id) => {
    if (busy.value) return;
    busy.value = true;
    wrong.value = '';
    try { await change(id); } catch (failure) { wrong.value = why(failure); }
    busy.value = false;
  };
  return html`<div class="at-work" tabindex="-1" ref=${box}>
    ${people.length === 0 ? html`<p class="muted">${t('at_work.nobody')}</p>` : html`<ul class="people-line" aria-live="polite">${people.map((p) => html`<li key=${p.id}><${Icon} name="user" /><p>${p.name} <span class="muted small">${beside(name('role', p.role), t('at_work.since', { time: hour(p.since) }), ...p.sources.map((s) => name('on_shift', s)))}</span></p>
      ${others && p.id !== who?.person.id && started(p.id) && html`<button type="button" aria-label=${t('at_work.end_of', { name: p.name })} onClick=${() => void press(p.id)}>${t('at_work.end')}</button>`}</li>`)}</ul>`}
    ${wrong.value && html`<p class="callout bad" role="alert"><${Icon} name="triangle-alert" />${wrong.value}</p>`}
    <${MyShift} />${others && who?.site && html`<${Colleagues} site=${who.site.id} open=${open} onChoose=${press} />`}</div>`;
}

/** The store's people whose shift may begin: a press on a name begins it. @param {{site: string, open: boolean, onChoose: (id: string) => Promise<void>}} props */
function Colleagues({ site, open, onChoose }) {
  const { data, failure } = useLoad(() => /** @type {Promise<PersonRef[]>} */ (all(`/sites/${encodeURIComponent(site)}/staff`)), [site]);
  const there = new Set([me.value?.person.id, ...(me.value?.on_shift ?? []).map((p) => p.id)]);
  const off = (data ?? []).filter((p) => !there.has(p.id));
  if (!data) return failure ? html`<p class="muted" role="status">${why(failure)}</p>` : null;
  if (off.length === 0) return null;
  return html`<details class="colleagues" open=${open}><summary>${t('at_work.start')}<${Icon} name="chevron-down" /></summary>
    <div class="chips">${off.map((p) => html`<button key=${p.id} type="button" class="chip" aria-label=${t('at_work.start_of', { name: p.name })} onClick=${() => void onChoose(p.id)}>${p.name}</button>`)}</div></details>`;
}
