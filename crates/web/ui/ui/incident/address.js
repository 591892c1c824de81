// Where help drives to: the address of an incident's store, read once per store.
import { html } from '../../vendor/ui.js';
import { get } from '../../edge/api.js';
import { onEvent } from '../../edge/live.js';
import { useLoad } from '../load.js';

/** By store; empty where none is written down. @type {Map<string, string>} */
const known = new Map();
onEvent((event) => { if (event.kind === 'organisation.changed') known.clear(); });

/** @param {{site: string}} props */
export function Address({ site }) {
  const { data } = useLoad(async (signal) => {
    const before = known.get(site);
    if (before !== undefined) return before;
    const { address } = /** @type {import('../../rules/contract.d.ts').Site} */ (await get(`/sites/${encodeURIComponent(site)}`, signal));
    known.set(site, address ?? '');
    return address ?? '';
  }, [site]);
  return data ? html`<span class="address">${data}</span>` : null;
}
