// The filters of the incident list, kept in the address so that a list can be bookmarked and sent to somebody.

/** @typedef {{q: string, state: string[], queue: string[], site: string, category: string, priority: string, since: string, until: string, open: boolean}} Filter */

const LISTS = /** @type {const} */ (['state', 'queue']);
const WORDS = /** @type {const} */ (['q', 'site', 'category', 'priority', 'since', 'until']);

/** @param {string} search the query part of an address @returns {Filter} */
export function read(search) {
  const params = new URLSearchParams(search);
  const list = (/** @type {string} */ key) => (params.get(key) ?? '').split(',').filter(Boolean);
  const word = (/** @type {string} */ key) => params.get(key) ?? '';
  return {
    q: word('q'), site: word('site'), category: word('category'), priority: word('priority'), since: word('since'),
    until: word('until'), state: list('state'), queue: list('queue'), open: params.get('open') === 'true',
  };
}

/** The address's query part; empty filters leave no trace. @param {Filter} filter */
export function write(filter) {
  const params = new URLSearchParams();
  for (const key of WORDS) if (filter[key]) params.set(key, filter[key]);
  for (const key of LISTS) if (filter[key].length) params.set(key, filter[key].join(','));
  if (filter.open) params.set('open', 'true');
  return params.toString();
}

/** The query of the API: days become moments in server time. @param {Filter} filter @param {number} limit @param {string | null} after */
export function query(filter, limit, after) {
  const params = new URLSearchParams(write(filter));
  if (filter.since) params.set('since', midnight(filter.since, 0));
  if (filter.until) params.set('until', midnight(filter.until, 1));
  params.set('limit', String(limit));
  if (after) params.set('after', after);
  return params.toString();
}

/** @param {string} day local `2026-11-22` @param {number} later days; not all have 24 hours */
function midnight(day, later) {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Which filters are set, for the words "No match: remove …". @param {Filter} filter @returns {(keyof Filter)[]} */
export function set(filter) {
  return [...WORDS.filter((key) => filter[key]), ...LISTS.filter((key) => filter[key].length), ...(filter.open ? [/** @type {const} */ ('open')] : [])];
}

/** The filter without one of its parts. @param {Filter} filter @param {keyof Filter} key @returns {Filter} */
export const without = (filter, key) => ({ ...filter, [key]: key === 'open' ? false : key === 'state' || key === 'queue' ? [] : '' });
