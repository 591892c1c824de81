// Sound without files: the desk's pulses and the shop's siren, made by Web Audio so that they work offline.
import { signal } from '../vendor/ui.js';
import { pulses } from '../rules/alarm.js';

/** Whether sound can be heard: a browser allows it only after a person has touched the page. */
export const audible = signal(false);

/** @type {AudioContext | undefined} */ let context;

/** Opens the sound device; call it from a key or pointer press. */
export async function open() {
  context ??= new AudioContext();
  context.onstatechange = () => { audible.value = context?.state === 'running'; };
  await context.resume().catch(() => undefined);
  audible.value = context.state === 'running';
  return audible.value;
}

/** Sounds the pulses of a priority once. @param {number | null} priority */
export function sound(priority) {
  if (!context || context.state !== 'running') return;
  for (const { at_s, length_s, hertz, volume } of pulses(priority)) {
    const start = context.currentTime + 0.02 + at_s;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = 'triangle';
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.015);
    gain.gain.setValueAtTime(volume, start + length_s - 0.03);
    gain.gain.linearRampToValueAtTime(0, start + length_s);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + length_s);
  }
}

/** How long the shop's siren sounds unless it is stopped. */
const SIREN_S = 60;

/**
 * A two-tone siren until stopped. Says whether it can be heard: a browser may keep it silent, and it ends by itself.
 * @param {(sounding: boolean) => void} tell @returns {() => void} stop
 */
export function siren(tell) {
  const own = new AudioContext();
  const tone = own.createOscillator();
  const gain = own.createGain();
  tone.type = 'square';
  gain.gain.value = 0.3;
  for (let s = 0; s < SIREN_S; s += 0.7) {
    tone.frequency.setValueAtTime(880, own.currentTime + s);
    tone.frequency.setValueAtTime(660, own.currentTime + s + 0.35);
  }
  const end = () => { if (own.state !== 'closed') void own.close().catch(() => undefined); tell(false); };
  tone.connect(gain).connect(own.destination);
  tone.start();
  tone.stop(own.currentTime + SIREN_S);
  tone.onended = end;
  own.onstatechange = () => tell(own.state === 'running');
  if (own.state === 'running') tell(true);
  return end;
}
