// Where the app is: the address as a signal, and moving to another without loading the page again.
import { signal } from '../vendor/ui.js';
import { route } from '../rules/route.js';

export const page = signal(route(location.pathname));
export const search = signal(location.search);

const look = () => {
  const next = route(location.pathname);
  if (next.page !== page.peek().page || next.id !== page.peek().id) page.value = next;
  search.value = location.search;
};

/** @param {string} address @param {{replace?: boolean}} [how] */
export function go(address, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  look();
  if (!replace) scrollTo(0, 0);
}

addEventListener('popstate', look);
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
  if (link.hash && link.pathname === location.pathname) return;
  if (route(link.pathname).page === 'absent') return;
  event.preventDefault();
  go(link.pathname + link.search);
});
