// What stores and regions are called, for lists that carry only their ids.
import { signal } from '../vendor/ui.js';
import { plain } from '../rules/text.js';
import { all } from '../edge/api.js';

/** @typedef {import('../rules/contract.d.ts').Site} Site */
/** @typedef {import('../rules/contract.d.ts').Named} Named */

export const places = signal({ sites: /** @type {Site[]} */ ([]), regions: /** @type {Named[]} */ ([]) });

/** Reads them; what was known stays when that fails. */
export async function learnPlaces() {
  const [sites, regions] = await Promise.all([/** @type {Promise<Site[]>} */ (all('/sites')), /** @type {Promise<Named[]>} */ (all('/regions'))]);
  places.value = { sites, regions };
}

/** @param {'site' | 'region'} kind @param {string} id */
export const placeName = (kind, id) => (kind === 'site' ? places.value.sites : places.value.regions).find((x) => x.id === id)?.name ?? plain(id);

/** @param {Named[]} list @returns {[string, string][]} */
export const choices = (list) => list.map((x) => [x.id, x.name]);
