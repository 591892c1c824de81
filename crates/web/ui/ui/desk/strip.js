// The figures on top of the desk and the state of the shift: sound, notifications, silence.
import { html, useEffect, useSignal } from '../../vendor/ui.js';
import { now, second } from '../../rules/clock.js';
import { duration, span } from '../../rules/time.js';
import { decimal, t } from '../../rules/text.js';
import { get } from '../../edge/api.js';
import { wire } from '../../edge/wire.js';
import { audible } from '../../edge/sound.js';
import { began, ready, start } from '../../edge/shift.js';
import { Icon } from '../icon.js';
import { counted, tally } from './tally.js';
import { alarm, rate } from './watch.js';

/** How often the figures that only the server knows are asked for. */
const ASK_MS = 20_000;

export function Strip() {
  const told = useSignal(/** @type {import('../../rules/contract.d.ts').DeskFigures | null} */ (null));
  useEffect(() => {
    const ask = () => { void get('/desk').then((f) => { told.value = /** @type {any} */ (f); }, () => undefined); };
    ask();
    const timer = setInterval(ask, ASK_MS);
    return () => clearInterval(timer);
  }, []);
  const n = tally.value;
  const known = counted.value;
  const mtta = told.value?.mtta_today_ms;
  return html`<section class="strip" aria-label=${t('strip.label')}>
    <dl>
      <${Figure} id="unacknowledged" label=${t('strip.unacknowledged')} value=${known ? n.unacknowledged : null} />
      <${Figure} id="past" label=${t('strip.past')} value=${known ? n.past : null} alarm=${known && n.past > 0} />
      <${Figure} id="open" label=${t('strip.open')} value=${known ? n.open : null} />
      <${Figure} id="mtta" label=${t('strip.mtta')} value=${mtta === null || mtta === undefined ? null : duration(mtta / 1000)} hint=${t('strip.mtta_hint')} />
      <${Figure} id="alarms" label=${t('strip.alarms')} value=${known ? rate.value.n : null} unit=${t('strip.alarms_unit')} />
    </dl>
    <${Shift} /></section>`;
}

/** @param {{id: string, label: string, value: string | number | null, unit?: string, alarm?: boolean, hint?: string}} props */
const Figure = ({ id, label, value, unit, alarm: red = false, hint }) =>
  html`<div data-figure=${id} class=${red ? 'red' : ''} title=${hint}><dt>${label}</dt><dd>${value === null ? t('value.none') : typeof value === 'number' ? decimal(value) : value}${unit && html` <small>${unit}</small>`}</dd></div>`;

function Shift() {
  if (began.value === null) {
    return html`<div class="shift"><p class="warn"><${Icon} name="volume-x" />${t('shift.silent')}</p>
      <button type="button" class="primary" id="start-shift" onClick=${() => void start()}><${Icon} name="bell" />${t('shift.start')}</button></div>`;
  }
  const paused = alarm.value.paused_ms(second.value);
  return html`<div class="shift">
    ${!audible.value ? html`<button type="button" class="danger" onClick=${() => void start()}><${Icon} name="volume-x" />${t('shift.sound_lost')}</button>`
      : paused > 0 ? html`<button type="button" onClick=${() => { alarm.value.resume(); alarm.value = alarm.value; second.value = now(); }}><${Icon} name="volume-x" />${t('shift.paused', { time: span(paused) })}</button>`
      : html`<button type="button" onClick=${() => { alarm.value.pause(now()); second.value = now(); }}><${Icon} name="volume-2" />${t('shift.pause')}</button>`}
    <p class="small" id="shift">${t('shift.on', { time: span(Math.max(0, second.value - now() + Date.now() - began.value)) })}${!ready.value.notify ? html`<br /><span class="muted">${t('shift.no_notify')}</span>` : ''}${wire.value.state === 'lost' ? html`<br /><b>${t('shift.may_miss')}</b>` : ''}</p></div>`;
}
