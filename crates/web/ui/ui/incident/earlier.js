// A long list of an incident: the latest come with it, earlier ones are read when somebody asks for them.
import { useSignal } from '../../vendor/ui.js';
import { get } from '../../edge/api.js';
import { lost, take } from '../focus.js';
import { sayFailure } from '../say.js';

/**
 * @template T @param {string} path @param {T[]} latest oldest first @param {string | null} begin what comes before them @param {(item: T) => string} key
 * @returns {{all: T[], next: string | null, more: (e: {currentTarget: Element}) => void}}
 */
export function useEarlier(path, latest, begin, key) {
  const read = useSignal(/** @type {{items: T[], next: string | null} | null} */ (null));
  const next = read.value ? read.value.next : begin;
  const more = (/** @type {{currentTarget: Element}} */ e) => {
    const button = e.currentTarget;
    const heading = button.closest('.part')?.querySelector('h3');
    void /** @type {Promise<{items: T[], next: string | null}>} */ (get(`${path}?limit=100&after=${encodeURIComponent(next ?? '')}`)).then((page) => {
      // What was the latest when this was asked stays, also when newer ones push it out of the incident's own list.
      const kept = read.peek()?.items ?? latest;
      read.value = { items: [...[...page.items].reverse(), ...kept], next: page.next };
      requestAnimationFrame(() => { if (!button.isConnected && lost()) take(heading); });
    }, sayFailure);
  };
  const known = new Map((read.value?.items ?? []).map((item) => [key(item), item]));
  for (const item of latest) known.set(key(item), item);
  return { all: [...known.values()], next, more };
}
