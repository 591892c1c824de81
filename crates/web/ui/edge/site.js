// The store that this browser stands in: the only one of whoever is signed in, or the one that they chose here.
import { computed, signal } from '../vendor/ui.js';
import { get } from './api.js';
import { recall, remember } from './disk.js';
import { me } from './session.js';
import { device } from './settings.js';

/** @typedef {import('../rules/contract.d.ts').Site} Site */

const chosen = signal(/** @type {Site | null | undefined} */ (undefined));

/** Null when it must be chosen, undefined until that is known. */
export const site = computed(() => me.value?.site ?? chosen.value);

/** @param {Site | null} next null to be asked again */
export function choose(next) {
  if (next?.id !== chosen.peek()?.id) device.value = '';
  chosen.value = next;
  void remember('site', { person: me.peek()?.person.id, site: next });
}

/** What this person chose here last, as it is now; another person is asked anew, for this device may have moved with them. */
export async function learnSite() {
  const who = me.peek();
  if (!who || who.site) return;
  const kept = await recall('site');
  const known = /** @type {Site | null} */ (kept?.person === who.person.id ? kept.site : null);
  chosen.value ??= known;
  if (!known) return;
  const still = () => chosen.peek()?.id === known.id;
  try {
    const now = /** @type {Site} */ (await get(`/sites/${encodeURIComponent(known.id)}`));
    if (still()) choose(now);
  } catch (failure) {
    if (still() && /** @type {{kind?: string}} */ (failure).kind === 'absent') choose(null);
  }
}
