// Times as people read them. All arithmetic is on server time (see clock.js); nothing here asks what time it is.
import { language, t } from './text.js';

/** Milliseconds since 1970 of an RFC 3339 time, or null. @param {string | null | undefined} at */
export const ms = (at) => (at ? Date.parse(at) : null);

/** `45 s`, `28 min`, `−9 s`, `7 h 51 min`, `4 d 4 h`: a distance between two moments, as exact as people speak of it. @param {number} distance_ms */
export function span(distance_ms) {
  const s = Math.floor(Math.abs(distance_ms) / 1000);
  const exact_s = s < 60 ? 1 : s < 86_400 ? 60 : 3600;
  const time = duration(s - (s % exact_s));
  return distance_ms < 0 ? t('time.before', { time }) : time;
}

/** A duration in words: `38 s`, `2 min`, `1 h 30 min`, `7 d`. @param {number} s seconds */
export function duration(s) {
  const parts = /** @type {[number, string][]} */ ([[86_400, 'time.d'], [3600, 'time.h'], [60, 'time.min'], [1, 'time.s']]);
  let rest = Math.round(s);
  const words = [];
  for (const [size, key] of parts) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n) words.push(t(key, { n }));
  }
  const [first = t('time.s', { n: 0 }), second] = words;
  return second ? t('time.two', { first, second }) : first;
}

/** How long ago, in words. @param {number} distance_ms not negative */
export function ago(distance_ms) {
  const s = Math.floor(Math.max(0, distance_ms) / 1000);
  if (s < 60) return t('time.now');
  if (s < 3600) return t('time.ago_min', { n: Math.floor(s / 60) });
  if (s < 86_400) return t('time.ago_h', { n: Math.floor(s / 3600) });
  return t('time.ago_d', { n: Math.floor(s / 86_400) });
}

/** `14:02:07`. @param {string | null | undefined} at @param {string} [zone] IANA time zone; the browser's own without */
export const clock = (at, zone) => shape(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, zone);
/** `14:02`. @param {string | null | undefined} at @param {string} [zone] */
export const hour = (at, zone) => shape(at, { hour: '2-digit', minute: '2-digit' }, zone);
/** `22 Nov, 14:02`. @param {string | null | undefined} at @param {string} [zone] */
export const day = (at, zone) => shape(at, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }, zone);

/** `Mon 23 Nov`. @param {string | null | undefined} at */
export const date = (at) => shape(at, { weekday: 'short', day: 'numeric', month: 'short' });
/** Whether two moments are on one day. @param {string | number} a @param {string | number} b */
export const together = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();
/** `14:02`, or with its date on another day than `beside`. @param {string} at @param {string | number} beside */
export const dated = (at, beside, near = hour) => (together(at, beside) ? near(at) : day(at));

/** @type {Map<string, Intl.DateTimeFormat>} */ const shapes = new Map();
/** @param {string | null | undefined} at @param {Intl.DateTimeFormatOptions} options @param {string} [timeZone] */
function shape(at, options, timeZone) {
  const when = ms(at);
  if (when === null || Number.isNaN(when)) return '';
  const key = `${language()} ${timeZone} ${Object.keys(options).join()}`;
  let format = shapes.get(key);
  if (!format) shapes.set(key, (format = new Intl.DateTimeFormat(language(), { ...options, hourCycle: 'h23', timeZone })));
  return format.format(when);
}
