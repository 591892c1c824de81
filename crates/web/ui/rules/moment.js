// A moment as a form holds it: in UTC, typed in the time of this browser.

/** A moment for a field that takes the browser's own time: `2026-11-22T14:02`. @param {string} at */
export function local(at) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return '';
  return new Date(when.getTime() - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What such a field says, as RFC 3339 UTC. @param {string} typed */
export const utc = (typed) => new Date(typed).toISOString().replace(/\.\d+Z$/, 'Z');
