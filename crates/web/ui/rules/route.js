// Which page an address is, and where each role may go.

/** @typedef {{page: string, id: string | null}} Route */

const PAGES = ['terminal', 'desk', 'incidents', 'store', 'stores', 'regions', 'people', 'templates', 'policies'];

/** @param {string} path @returns {Route} */
export function route(path) {
  const [page = '', id = null] = path.split('/').filter(Boolean);
  if (page === 'incidents' && id) return { page: 'incident', id: decodeURIComponent(id) };
  return { page: PAGES.includes(page) ? page : 'absent', id: null };
}

/** The pages in the menu of a role, in order. @type {Record<string, string[]>} */
const MENU = {
  clerk: ['terminal'],
  terminal: ['terminal'],
  manager: ['store', 'incidents', 'terminal'],
  desk: ['desk', 'incidents', 'stores', 'policies'],
  analyst: ['incidents', 'stores', 'templates', 'policies'],
  admin: ['stores', 'regions', 'people', 'templates', 'policies', 'incidents', 'desk'],
};

/** @param {string} role */
export const menu = (role) => MENU[role] ?? [];
