// Who is at this browser and what the organisation looks like to them. Kept on disk so that a terminal works offline.
import { signal } from '../vendor/ui.js';
import { Failure } from '../rules/problem.js';
import { t } from '../rules/text.js';
import { all, checkBefore, get, signOut } from './api.js';
import { forgetKnown, recall, remember } from './disk.js';
import { letGo, typed } from './typed.js';

/** @typedef {import('../rules/contract.d.ts').Me} Me */
/** @typedef {import('../rules/contract.d.ts').Right} Right */
/** @typedef {import('../rules/contract.d.ts').Template} Template */

export const me = signal(/** @type {Me | null} */ (null));
export const failed = signal(/** @type {unknown} */ (null));
export const templates = signal(/** @type {Template[]} */ ([]));

/** Whether this person may do something, anywhere. The server decides; this only keeps a page from offering what it refuses. @param {Right} right */
export const can = (right) => me.value?.can.includes(right) ?? false;

/** Who is signed in here by now if that is not whom this page was opened for, null if nobody is; undefined while it is the same person. */
export const other = signal(/** @type {import('../rules/contract.d.ts').PersonRef | null | undefined} */ (undefined));

/** Who is signed in, told to the other tabs of this browser; null when nobody is any more. */
const tabs = new BroadcastChannel('outcry-person');
const toSignIn = () => location.replace('/sign-in');
tabs.onmessage = ({ data }) => {
  if (!data && !typed()) toSignIn(); else meet(data);
};
let left = false;

/** @param {import('../rules/contract.d.ts').PersonRef | null} person */
function meet(person) {
  const mine = me.peek()?.person.id;
  if (mine && !left) other.value = person?.id === mine ? undefined : person;
}

/** The last question about who is here. @type {Promise<unknown>} */ let looked = Promise.resolve();
checkBefore(async () => {
  await looked;
  if (other.peek() !== undefined) throw new Failure({ kind: 'refused', detail: t(other.peek() ? 'other.not_sent' : 'fail.signed_out_detail', { now: other.peek()?.name ?? '' }) });
  return me.peek()?.person.id;
}, () => void renew());

/** Signs out everywhere in this browser. What it knew of the person goes; what waits to be sent stays for them. */
export async function leave() {
  await signOut();
  left = true;
  letGo();
  await forgetKnown();
  tabs.postMessage(null);
  toSignIn();
}

/** Asks who is here; without an answer the last known person of this device is used. */
export async function arrive() {
  try {
    me.value = await get('/me');
    failed.value = null;
    void remember('me', me.value);
    tabs.postMessage(me.value?.person);
  } catch (failure) {
    const known = ['offline', 'broken'].includes(/** @type {{kind?: string}} */ (failure).kind ?? '') ? await recall('me') : undefined;
    if (known) me.value = known; else failed.value = failure;
  }
  return me.value;
}

/** Asks again who is here and how their store is set; without an answer, what is known stays. True while it is the same person. */
export async function renew() {
  const asked = get('/me').then(accept, (failure) => { if (failure.kind === 'signed_out') meet(null); });
  looked = asked;
  await asked;
  return other.peek() === undefined;
}

/** @param {Me} found */
function accept(found) {
  meet(found.person);
  if (left || other.peek() !== undefined) return;
  me.value = found;
  void remember('me', found);
}

/** The report templates, from disk at once and from the server when it answers. */
export async function learnTemplates() {
  if (templates.value.length === 0) templates.value = (await recall('templates')) ?? [];
  try {
    templates.value = await all('/templates');
    void remember('templates', templates.value);
  } catch (failure) {
    if (templates.value.length === 0) throw failure;
  }
}

/** The name that people gave a category, or the catalogue's. @param {string} category */
export const categoryTemplate = (category) => templates.value.find((x) => x.category === category);
