// After the help button: what has happened to the call, and what to do now. On a silent site nothing sounds or glares.
import { html, useEffect, useRef, useSignal } from '../../vendor/ui.js';
import { now, second } from '../../rules/clock.js';
import { clock } from '../../rules/time.js';
import { arrived, sentence, told } from '../../rules/told.js';
import { t } from '../../rules/text.js';
import { submit, waiting as waiting_here } from '../../edge/outbox.js';
import { siren } from '../../edge/sound.js';
import { can, categoryTemplate } from '../../edge/session.js';
import { Icon } from '../icon.js';
import { sayFailure } from '../say.js';
import { useKnown } from './known.js';

/** How long "It was an accident" is offered. */
const ACCIDENT_MS = 15_000;
/** How long the siren waits for the server's word on whether this store is silent: what is known of it here may be old. */
const WORD_MS = 2000;

/** @typedef {{at: string, stored: boolean, id: string | null, reference: string | null}} Call */

/** @param {{call: Call, silent: boolean, online: boolean, onDone: () => void}} props */
export function Help({ call, silent: said, online, onDone }) {
  const accident = useSignal(/** @type {'' | 'going' | 'done'} */ (''));
  const sounding = useSignal(false);
  const waited = useSignal(false);
  const stop = useRef(() => {});
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => { title.current?.focus(); }, []);
  const known = useKnown(call);
  const silent = said || Boolean(known?.silent);
  const loud = !silent && accident.value !== 'done' && (Boolean(known) || waited.value);
  useEffect(() => {
    const timer = setTimeout(() => { waited.value = true; }, WORD_MS);
    return () => clearTimeout(timer);
  }, [call.id]);
  useEffect(() => {
    if (!loud) return undefined;
    return (stop.current = siren((on) => { sounding.value = on; }));
  }, [loud]);
  const since_ms = Date.parse(call.at);
  const state = told(known, since_ms, second.value);
  const taken = state === 'taken';
  const reached = taken || Boolean(known && arrived(known));
  /** A head that promises help would be believed before the lines under it are read. */
  const untold = !call.id && (!online || waiting_here.value.refused > 0);
  const young = second.value - since_ms < ACCIDENT_MS;
  // Only said, never taken back: the desk cannot see who stands beside the person who presses this.
  const accidental = async () => {
    accident.value = 'going';
    try {
      await submit({ kind: 'note', path: `/incidents/${call.id}/comment`, body: { text: t('help_page.accident_note') }, at: new Date(now()).toISOString(), title: t('help_page.accident') });
      accident.value = 'done';
    } catch (failure) { accident.value = ''; sayFailure(failure); }
  };
  return html`<section class=${`help ${silent ? 'silent' : ''}`} aria-labelledby="help-title">
    <h1 id="help-title" tabindex="-1" ref=${title}>${t(silent ? 'help_page.silent' : untold ? 'help_page.untold' : 'help_page.title')}</h1>
    <ol class="progress" aria-live="assertive">
      <${Step} done=${call.stored} words=${t('help_page.stored', { time: clock(call.at) })} />
      <${Step} done=${reached} words=${call.id ? t(reached ? 'help_page.arrived' : state === 'nobody' ? 'help_page.unreached' : 'help_page.telling', { reference: call.reference ?? '' }) : t(online ? 'help_page.sending' : 'help_page.not_sent')}
        bad=${!call.id ? (online ? '' : 'wifi-off') : state === 'nobody' && !reached ? 'triangle-alert' : ''} />
      ${call.id && state !== 'nobody' && html`<${Step} done=${taken} words=${taken ? sentence(known, since_ms, second.value) : t('help_page.waiting')} />`}</ol>
    ${!call.id && waiting_here.value.refused > 0 ? html`<p class="callout bad" role="alert">${t('outbox.call')}</p>`
      : !call.id && !online ? html`<p class="callout bad">${t('help_page.call')}</p>`
      : state === 'nobody' && html`<p class="callout bad" role=${silent ? undefined : 'alert'}><${Icon} name="phone" /><span>${t('told.nobody')}</span></p>`}
    <p class="advice">${categoryTemplate('panic')?.safety ?? t('help_page.advice')}</p>
    ${accident.value === 'done' && html`<p class="callout" role="status">${t(silent ? 'help_page.accident_said_silent' : 'help_page.accident_said')}</p>`}
    <div class="actions">${sounding.value && html`<button type="button" onClick=${() => stop.current()}><${Icon} name="volume-x" />${t('help_page.stop_siren')}</button>`}
      ${young && call.id && can('comment') && !accident.value && html`<button type="button" onClick=${accidental}>${t('help_page.accident')}</button>`}
      <button type="button" onClick=${onDone}>${t('action.done')}</button></div></section>`;
}

/** @param {{done: boolean, words: string, bad?: string}} props `bad` is the icon of what went wrong */
const Step = ({ done, words, bad = '' }) => html`<li class=${done ? 'done' : bad ? 'bad' : ''}><${Icon} name=${done ? 'circle-check' : bad || 'clock'} /><span>${words}</span></li>`;
