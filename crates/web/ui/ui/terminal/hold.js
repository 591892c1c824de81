// The help button: held long enough it calls for help, by pointer, Space, Enter or F12; or tapped twice for hands that cannot hold.
import { html, useEffect, useRef, useSignal } from '../../vendor/ui.js';
import { decimal, t } from '../../rules/text.js';
import { press } from '../../edge/settings.js';
import { Icon } from '../icon.js';

/** The second tap must come within this time. */
const SECOND_TAP_MS = 3000;
/** How long somebody who let go too early is told so. */
const SHORT_MS = 3000;

/** @param {{hold_ms: number, silent: boolean, onFire: () => void}} props */
export function HoldForHelp({ hold_ms, silent, onFire }) {
  const state = useSignal(/** @type {'idle' | 'holding' | 'tapped' | 'short'} */ ('idle'));
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const rest = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const shake = (/** @type {number | number[]} */ pattern) => { if (!silent) navigator.vibrate?.(pattern); };

  const fire = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    state.value = 'idle';
    shake([200, 80, 200]);
    onFire();
  };
  const down = () => {
    clearTimeout(rest.current);
    if (press.value === 'taps') {
      if (state.value === 'tapped') { fire(); return; }
      shake(30);
      state.value = 'tapped';
      clearTimeout(timer.current);
      timer.current = setTimeout(() => { state.value = 'idle'; }, SECOND_TAP_MS);
      return;
    }
    if (state.value === 'holding') return;
    clearTimeout(timer.current); // of a first tap, if the way to press has changed since
    shake(30);
    state.value = 'holding';
    timer.current = setTimeout(fire, hold_ms);
  };
  const up = () => {
    if (press.value === 'taps' || !timer.current) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    state.value = 'short';
    rest.current = setTimeout(() => { state.value = 'idle'; }, SHORT_MS);
  };
  const again = useRef({ down, up });
  again.current = { down, up };
  useEffect(() => {
    const keydown = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'F12') { e.preventDefault(); if (!e.repeat) again.current.down(); } };
    const keyup = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'F12') again.current.up(); };
    const leave = () => again.current.up();
    addEventListener('keydown', keydown);
    addEventListener('keyup', keyup);
    addEventListener('blur', leave);
    return () => {
      removeEventListener('keydown', keydown);
      removeEventListener('keyup', keyup);
      removeEventListener('blur', leave);
      clearTimeout(timer.current);
      clearTimeout(rest.current);
    };
  }, []);
  const time = decimal(hold_ms / 1000, 1);
  const short = t('panic.short', { time });
  const isKey = (/** @type {KeyboardEvent} */ e) => e.key === ' ' || e.key === 'Enter';
  return html`<button type="button" id="panic" class=${`panic ${state.value}`} aria-describedby="panic-how" style=${{ '--hold': `${hold_ms}ms` }}
    onPointerDown=${(/** @type {PointerEvent & {currentTarget: HTMLElement}} */ e) => { if (e.button === 0) { e.currentTarget.setPointerCapture(e.pointerId); down(); } }}
    onPointerUp=${up} onPointerCancel=${up} onLostPointerCapture=${up} onBlur=${up} onContextMenu=${(/** @type {Event} */ e) => e.preventDefault()}
    onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (isKey(e)) { e.preventDefault(); if (!e.repeat) down(); } }}
    onKeyUp=${(/** @type {KeyboardEvent} */ e) => { if (isKey(e)) { e.preventDefault(); up(); } }}>
    <span class="fill" aria-hidden="true"></span><span class="words"><${Icon} name="siren" /><span>${state.value === 'short' ? short : t(state.value === 'idle' ? (press.value === 'taps' ? 'panic.tap' : 'panic.hold') : `panic.${state.value}`)}</span></span></button>
    <p class="vh" role="status">${state.value === 'short' ? short : ''}</p>
    <p id="panic-how" class="vh">${t(press.value === 'taps' ? 'panic.how_taps' : 'panic.how_hold', { time })}</p>`;
}
