// After the help button: what has happened to the call, and what to do now. On a silent site nothing sounds or glares.
import { html, useEffect, useSignal } from '../../vendor/ui.js';
import { now, second } from '../../rules/clock.js';
import { clock } from '../../rules/time.js';
import { waiting } from '../../rules/sla.js';
import { t } from '../../rules/text.js';
import { board, changes } from '../../edge/live.js';
import { submit, waiting as waiting_here } from '../../edge/outbox.js';
import { siren } from '../../edge/sound.js';
import { can, categoryTemplate } from '../../edge/session.js';
import { Icon } from '../icon.js';
import { sayFailure } from '../say.js';

/** How long "It was an accident" is offered. */
const ACCIDENT_MS = 15_000;

/** @typedef {{at: string, stored: boolean, id: string | null, reference: string | null}} Call */

/** @param {{call: Call, silent: boolean, online: boolean, onDone: () => void}} props */
export function Help({ call, silent: said, online, onDone }) {
  const accident = useSignal(/** @type {'' | 'going' | 'done'} */ (''));
  const stop = useSignal(/** @type {(() => void) | null} */ (null));
  void changes.value;
  const known = call.id ? board.shown(call.id) : undefined;
  const silent = said || Boolean(known?.silent);
  useEffect(() => {
    if (silent) return undefined;
    const end = siren();
    stop.value = () => { end(); stop.value = null; };
    return () => stop.peek()?.();
  }, [call.at, silent]);
  const taken = known && !waiting(known) && known.owner;
  const young = second.value - Date.parse(call.at) < ACCIDENT_MS;
  // Only said, never taken back: the desk cannot see who stands beside the person who presses this.
  const accidental = async () => {
    accident.value = 'going';
    try {
      await submit({ kind: 'note', path: `/incidents/${call.id}/comment`, body: { text: t('help_page.accident_note') }, at: new Date(now()).toISOString(), title: t('help_page.accident') });
      accident.value = 'done';
      stop.value?.();
    } catch (failure) { accident.value = ''; sayFailure(failure); }
  };
  return html`<section class=${`help ${silent ? 'silent' : ''}`} aria-labelledby="help-title">
    <h1 id="help-title" tabindex="-1" ref=${(/** @type {HTMLElement | null} */ e) => e?.focus()}>${silent ? t('help_page.silent') : t('help_page.title')}</h1>
    <ol class="progress" aria-live="assertive">
      <${Step} done=${call.stored} words=${t('help_page.stored', { time: clock(call.at) })} />
      <${Step} done=${Boolean(call.id)} words=${call.id ? t('help_page.sent', { reference: call.reference ?? '' }) : t(online ? 'help_page.sending' : 'help_page.not_sent')} bad=${!call.id && !online} />
      <${Step} done=${Boolean(taken)} words=${taken ? t('help_page.taken', { name: known?.owner?.name ?? '' }) : t('help_page.waiting')} /></ol>
    ${!call.id && waiting_here.value.refused > 0 && html`<p class="callout bad" role="alert">${t('outbox.call')}</p>`}
    ${!call.id && !online && html`<p class="callout bad">${t('help_page.call_999')}</p>`}
    <p class="advice">${categoryTemplate('panic')?.safety ?? t('help_page.advice')}</p>
    ${accident.value === 'done' && html`<p class="callout" role="status">${t('help_page.accident_said')}</p>`}
    <div class="actions">${stop.value && html`<button type="button" onClick=${() => stop.value?.()}><${Icon} name="volume-x" />${t('help_page.stop_siren')}</button>`}
      ${young && call.id && can('comment') && !accident.value && html`<button type="button" onClick=${accidental}>${t('help_page.accident')}</button>`}
      <button type="button" onClick=${onDone}>${t('action.done')}</button></div></section>`;
}

/** @param {{done: boolean, words: string, bad?: boolean}} props */
const Step = ({ done, words, bad = false }) => html`<li class=${done ? 'done' : bad ? 'bad' : ''}><${Icon} name=${done ? 'circle-check' : bad ? 'wifi-off' : 'clock'} /><span>${words}</span></li>`;
