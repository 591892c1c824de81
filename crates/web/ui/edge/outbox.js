// Store first, then send: nothing a person reported is lost when the network or the browser goes away.
import { signal } from '../vendor/ui.js';
import { EVERY_MS, ITEMS_MAX, order, outcome, summary } from '../rules/outbox.js';
import { Failure } from '../rules/problem.js';
import { t } from '../rules/text.js';
import { transact } from './disk.js';
import { post } from './api.js';
import { renew } from './session.js';

/** @typedef {import('../rules/outbox.js').Item} Item */
/** @typedef {import('../rules/contract.d.ts').Filed} Filed */

/** What waits on this device now. */
export const waiting = signal(/** @type {{waiting: number, refused: number, since: string | null}} */ ({ waiting: 0, refused: 0, since: null }));
/** @type {Map<string, (filed: Filed) => void>} */ const listeners = new Map();
/** @type {Promise<unknown>} */ let queue = Promise.resolve();
let owner = '';

/** Whose things are sent: another person's wait until that person signs in here again. @param {string} person */
export function own(person) {
  owner = person;
  void look().catch(() => undefined);
  void drain();
}

/**
 * Keeps a thing on disk and starts sending it. Resolves once it is safe here; help is called even if the disk refuses.
 * @param {Omit<Item, 'key' | 'owner' | 'tries'>} what @param {(filed: Filed) => void} [sent] called when the server has it
 */
export async function submit(what, sent) {
  const item = { ...what, key: crypto.randomUUID(), owner, tries: 0 };
  if (sent) listeners.set(item.key, sent);
  if (item.kind === 'panic') {
    const kept = transact('outbox', 'readwrite', (s) => s.put(item)).then(look);
    const gone = send(item);
    await kept.catch(() => gone.then((ok) => { if (!ok) throw new Failure({ kind: 'offline' }); }));
    return item.key;
  }
  if ((await transact('outbox', 'readonly', (s) => s.count())) >= ITEMS_MAX) throw new Failure({ kind: 'refused', slug: 'outbox-full' });
  await transact('outbox', 'readwrite', (s) => s.put(item));
  await look();
  void drain();
  return item.key;
}

const stored = async () => order(/** @type {Item[]} */ (await transact('outbox', 'readonly', (s) => s.getAll())));

async function look() { waiting.value = summary((await stored()).filter((i) => i.owner === owner)); }

/** What is to be sent: of somebody else their calls for help. @param {Item} i */
const due = (i) => !i.refused && (i.kind === 'panic' || i.owner === owner);

/** Sends what waits, panic before all, then oldest first; one run at a time in the whole browser. */
export function drain() {
  return (queue = queue.then(() => navigator.locks.request('outcry-outbox', run)).catch(() => undefined));
}

async function run() {
  const tried = new Set();
  let mine = false;
  for (;;) {
    const item = (await stored()).find((i) => due(i) && !tried.has(i.key));
    if (!item) break;
    // Nobody's reports go out in another person's name; help is called whoever is here, and waits for no answer to that.
    if (item.kind !== 'panic' && !(mine ||= await renew())) break;
    tried.add(item.key);
    if (!(await send(item))) break;
  }
  await look();
  if ((await stored()).some(due)) askForSync();
}

/** False when the rest must wait too. @param {Item} item */
async function send(item) {
  try {
    const filed = /** @type {Filed} */ (await post(item.path, item.body, item.key));
    await transact('outbox', 'readwrite', (s) => s.delete(item.key)).catch(() => undefined);
    listeners.get(item.key)?.(filed);
    listeners.delete(item.key);
    void look();
    return true;
  } catch (error) {
    const failure = /** @type {Failure} */ (error);
    const final = outcome(failure.status) === 'refused';
    // Whoever is here by now may be one who cannot call for help there: it stays until its owner is.
    const refused = final && (item.kind !== 'panic' || (item.owner === owner && (await renew())));
    const next = { ...item, tries: item.tries + 1, ...(refused ? { refused: failure.detail || failure.title || t('fail.refused') } : {}) };
    await transact('outbox', 'readwrite', (s) => s.put(next)).then(look).catch(() => undefined);
    return final;
  }
}

/** What the server would not take, so that a person can see why. */
export const refusals = async () => (await stored()).filter((i) => i.owner === owner && i.refused);
/** @param {string} key */
export async function forget(key) {
  await transact('outbox', 'readwrite', (s) => s.delete(key));
  await look();
}

/** Lets the service worker finish after this tab is closed, where the browser can. */
function askForSync() {
  void navigator.serviceWorker?.ready.then((registration) => {
    const sync = /** @type {{sync?: {register(tag: string): Promise<void>}}} */ (/** @type {unknown} */ (registration)).sync;
    return sync?.register('outbox');
  }).catch(() => undefined);
}

/** Starts the regular attempts. */
export function keepTrying() {
  void look();
  addEventListener('online', () => void drain());
  setInterval(() => void drain(), EVERY_MS);
}
