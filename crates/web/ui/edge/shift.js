// Starting a shift at the desk: sound tested, notifications allowed, screen kept awake. One press does all three.
import { signal } from '../vendor/ui.js';
import { open, sound } from './sound.js';

/** When this shift began in this tab, in local ms; null before. */
export const began = signal(/** @type {number | null} */ (null));
/** What works: sound, notification, awake. */
export const ready = signal({ sound: false, notify: false, awake: false });

/** Call it from a press. */
export async function start() {
  const heard = await open();
  sound(2);
  began.value ??= Date.now();
  const notify = 'Notification' in globalThis && (await Notification.requestPermission().catch(() => 'denied')) === 'granted';
  ready.value = { sound: heard, notify, awake: await stayAwake() };
  document.addEventListener('visibilitychange', () => { if (!document.hidden) void stayAwake(); });
}

/** A wake lock ends whenever the page is hidden, so it is asked for again. */
async function stayAwake() {
  try {
    const lock = await navigator.wakeLock?.request('screen');
    return Boolean(lock);
  } catch { return false; }
}

/** Tells a person who looks at another window. @param {string} title @param {string} body @param {string} tag */
export function notify(title, body, tag) {
  if (!document.hidden || !began.value || !ready.value.notify) return;
  const note = new Notification(title, { body, tag, requireInteraction: true });
  note.onclick = () => { focus(); note.close(); };
}
