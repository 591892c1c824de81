// What becomes of a report that waits on this device: the decisions, without storage and without network.

/**
 * One thing to send. `at` is when the person acted; `tries` counts attempts; `refused` holds the server's words when it will never take it.
 * @typedef {{key: string, path: string, body: Record<string, unknown>, at: string, owner: string, tries: number, kind: 'panic' | 'report' | 'note', title: string, refused?: string}} Item
 */

/** How often a waiting device tries by itself. */
export const EVERY_MS = 15_000;
/** How many things a device keeps; beyond it says so instead of forgetting. */
export const ITEMS_MAX = 200;

/** Panic first, then in the order in which people acted. @param {Item[]} items */
export const order = (items) =>
  [...items].sort((a, b) => Number(b.kind === 'panic') - Number(a.kind === 'panic') || (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

/**
 * What to do after an answer: it is done, it waits for the next try, or it will never be taken.
 * @param {number} status 0 when there was no answer @returns {'done' | 'wait' | 'refused'}
 */
export function outcome(status) {
  if (status >= 200 && status < 300) return 'done';
  if (status === 0 || status === 401 || status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) return 'wait';
  return 'refused';
}

/** What is still waiting and since when. @param {Item[]} items */
export function summary(items) {
  const waiting = items.filter((i) => !i.refused);
  return { waiting: waiting.length, refused: items.length - waiting.length, since: order(waiting).map((i) => i.at).sort()[0] ?? null };
}
