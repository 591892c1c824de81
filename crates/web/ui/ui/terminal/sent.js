// After sending: the reference, who has it, what to do now, and room for more when it is safe.
import { html, useEffect, useRef, useSignal } from '../../vendor/ui.js';
import { waiting } from '../../rules/sla.js';
import { name, t } from '../../rules/text.js';
import { can } from '../../edge/session.js';
import { board, changes } from '../../edge/live.js';
import { Icon } from '../icon.js';

/** The page goes home by itself after this long, unless the person is doing something on it. */
const STAY_S = 20;

/** @typedef {{key: string, title: string, safety: string, filed: import('../../rules/contract.d.ts').Filed | null, refused: string}} Sent */

/** @param {{sent: Sent, online: boolean, onMore: (text: string) => Promise<void>, onDone: () => void}} props */
export function SentPage({ sent, online, onMore, onDone }) {
  const left = useSignal(STAY_S);
  const stay = useSignal(false);
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  const more = useSignal(/** @type {string | null} */ (null));
  useEffect(() => { title.current?.focus(); }, []);
  useEffect(() => {
    if (stay.value) return undefined;
    const timer = setInterval(() => { if (--left.value <= 0) onDone(); }, 1000);
    return () => clearInterval(timer);
  }, [stay.value]);
  useEffect(() => {
    const key = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') onDone(); };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, []);
  void changes.value;
  const filed = sent.filed;
  const known = filed ? board.shown(filed.incident.id) : undefined;
  const status = sent.refused ? sent.refused : !filed ? t(online ? 'sent.sending' : 'sent.saved') : known && !waiting(known) && known.owner ? t('sent.taken', { name: known.owner.name }) : t('sent.desk');
  return html`<section class="sent" onPointerDown=${() => { stay.value = true; }} onKeyDown=${() => { stay.value = true; }}>
    <${Icon} name=${sent.refused ? 'circle-x' : filed ? 'circle-check' : 'clock'} class=${sent.refused ? 'huge bad' : filed ? 'huge ok' : 'huge'} />
    <h1 tabindex="-1" ref=${title}>${t(sent.refused ? 'sent.refused' : filed ? 'sent.title' : 'sent.kept')}</h1>
    <p role="status" class="lead">${status}</p>
    ${filed && html`<p class="reference"><span class="muted">${t('sent.reference')}</span><strong>${filed.incident.reference}</strong></p>`}
    ${sent.safety && html`<p class="advice">${sent.safety}</p>`}
    ${more.value === null ? filed && can('comment') && html`<p><button type="button" onClick=${() => { stay.value = true; more.value = ''; }}><${Icon} name="plus" />${t('sent.more')}</button></p>`
      : html`<form class="say" onSubmit=${async (/** @type {Event} */ e) => { e.preventDefault(); if (more.value?.trim()) { await onMore(more.value.trim()); more.value = null; } }}>
        <label for="more">${t('sent.more')}</label><textarea id="more" rows="3" value=${more.value} ref=${(/** @type {HTMLElement | null} */ e) => { if (more.value === '') e?.focus(); }} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ e) => { more.value = e.currentTarget.value; }}></textarea>
        <button type="submit" class="primary">${t('report.send')}</button></form>`}
    ${filed && html`<details class="receipt"><summary>${t('sent.receipt')}</summary><dl class="facts"><div><dt>${t('sent.region')}</dt><dd>${name('region', filed.receipt.region)}</dd></div><div><dt>${t('sent.sequence')}</dt><dd>${filed.receipt.sequence}</dd></div>
      <div><dt>${t('sent.hash')}</dt><dd><code>${filed.receipt.hash}</code></dd></div></dl></details>`}
    <p><button type="button" class="primary" onClick=${onDone}>${t('action.done')}${!stay.value && html` <span class="count">${t('sent.back_in', { n: left.value })}</span>`}</button></p></section>`;
}
