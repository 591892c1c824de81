// After sending: the reference, who has it, what to do now, and room for more when it is safe.
import { html, useEffect, useRef, useSignal } from '../../vendor/ui.js';
import { second } from '../../rules/clock.js';
import { sentence, told } from '../../rules/told.js';
import { name, t } from '../../rules/text.js';
import { can } from '../../edge/session.js';
import { Icon } from '../icon.js';
import { sayFailure } from '../say.js';
import { Begun, Shelf } from './kept.js';
import { useKnown } from './known.js';

/** The page goes home by itself after this long, unless the person is doing something on it. */
const STAY_S = 20;

/** @typedef {{key: string, at: string, title: string, safety: string, filed: import('../../rules/contract.d.ts').Filed | null, refused: string}} Sent */

/** What is being added to which report: kept here, so that a call for help in the middle of a sentence does not lose it. */
const adding = /** @type {Shelf<string>} */ (new Shelf());

/** @param {{sent: Sent, online: boolean, onMore: (text: string) => Promise<void>, onDone: () => void}} props */
export function SentPage({ sent, online, onMore, onDone }) {
  const left = useSignal(STAY_S);
  const filed = sent.filed;
  const since_ms = Date.parse(sent.at);
  const known = useKnown({ id: filed?.incident.id ?? null, reference: filed?.incident.reference ?? null });
  const alone = Boolean(filed) && told(known, since_ms, second.value) === 'nobody';
  const kept = adding.find(sent.key);
  const more = kept?.what ?? null;
  const resumed = useSignal(Boolean(more));
  const busy = useSignal(false);
  const stay = useSignal(more !== null);
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  const add = async () => {
    const text = more?.trim();
    if (text) await onMore(text);
    adding.keep(sent.key, null);
  };
  const once = async (/** @type {() => Promise<void>} */ work) => {
    if (busy.value) return;
    busy.value = true;
    try { await work(); } catch (failure) { sayFailure(failure); } finally { busy.value = false; }
  };
  const finish = () => once(async () => { await add(); onDone(); });
  const again = useRef({ finish, typed: false });
  again.current = { finish, typed: Boolean(more?.trim()) };
  useEffect(() => { title.current?.focus(); }, []);
  useEffect(() => {
    if (stay.value || alone) return undefined;
    const timer = setInterval(() => { if (--left.value <= 0) void again.current.finish(); }, 1000);
    return () => clearInterval(timer);
  }, [stay.value, alone]);
  useEffect(() => {
    const key = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape' && !again.current.typed) void again.current.finish(); };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, []);
  const status = sent.refused ? sent.refused : !filed ? t(online ? 'sent.sending' : 'sent.saved') : sentence(known, since_ms, second.value);
  const [icon, tone] = sent.refused ? ['circle-x', 'bad'] : alone ? ['triangle-alert', 'bad'] : filed ? ['circle-check', 'ok'] : ['clock', ''];
  return html`<section class="sent" onPointerDown=${() => { stay.value = true; }} onKeyDown=${() => { stay.value = true; }}>
    <${Icon} name=${icon} class=${`huge ${tone}`} />
    <h1 tabindex="-1" ref=${title}>${t(sent.refused ? 'sent.refused' : filed ? 'sent.title' : 'sent.kept')}</h1>
    <p role="status" class="lead">${status}</p>
    ${filed && html`<p class="reference"><span class="muted">${t('sent.reference')}</span><strong>${filed.incident.reference}</strong></p>`}
    ${sent.safety && html`<p class="advice">${sent.safety}</p>`}
    ${more === null ? filed && can('comment') && html`<p><button type="button" onClick=${() => { stay.value = true; resumed.value = false; adding.keep(sent.key, ''); }}><${Icon} name="plus" />${t('sent.more')}</button></p>`
      : html`<form class="say" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); if (more.trim()) void once(add); }}>
        ${resumed.value && kept && more && html`<${Begun} since_ms=${kept.since_ms} onAgain=${() => { resumed.value = false; adding.keep(sent.key, null); adding.keep(sent.key, ''); }} />`}
        <label for="more">${t('sent.more')}</label><textarea id="more" rows="3" value=${more} ref=${(/** @type {HTMLElement | null} */ e) => { if (more === '') e?.focus(); }} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ e) => { adding.keep(sent.key, e.currentTarget.value); }}></textarea>
        <button type="submit" disabled=${busy.value}>${t('report.send')}</button></form>`}
    <p><button type="button" class="primary" disabled=${busy.value} onClick=${finish}>${t(more?.trim() ? 'sent.send_done' : 'action.done')}${!stay.value && !alone && html` <span class="count">${t('sent.back_in', { n: left.value })}</span>`}</button></p>
    ${filed && html`<details class="receipt"><summary>${t('sent.receipt')}</summary><dl class="facts"><div><dt>${t('sent.region')}</dt><dd>${name('region', filed.receipt.region)}</dd></div><div><dt>${t('sent.sequence')}</dt><dd>${filed.receipt.sequence}</dd></div>
      <div class="whole"><dt>${t('sent.hash')}</dt><dd><code>${filed.receipt.hash}</code></dd></div></dl></details>`}</section>`;
}
