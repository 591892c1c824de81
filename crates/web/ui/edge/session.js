// Who is at this browser and what the organisation looks like to them. Kept on disk so that a terminal works offline.
import { signal } from '../vendor/ui.js';
import { all, get, signOut } from './api.js';
import { forgetKnown, recall, remember } from './disk.js';

/** @typedef {import('../rules/contract.d.ts').Me} Me */
/** @typedef {import('../rules/contract.d.ts').Right} Right */
/** @typedef {import('../rules/contract.d.ts').Template} Template */

export const me = signal(/** @type {Me | null} */ (null));
export const failed = signal(/** @type {unknown} */ (null));
export const templates = signal(/** @type {Template[]} */ ([]));

/** Whether this person may do something, anywhere. The server decides; this only keeps a page from offering what it refuses. @param {Right} right */
export const can = (right) => me.value?.can.includes(right) ?? false;

/** Tells the other tabs of this browser that nobody is signed in any more. */
const tabs = new BroadcastChannel('outcry-session');
const toSignIn = () => location.replace('/sign-in');
tabs.onmessage = toSignIn;
let left = false;

/** Signs out everywhere in this browser. What it knew of the person goes; what waits to be sent stays for them. */
export async function leave() {
  await signOut();
  left = true;
  await forgetKnown();
  tabs.postMessage('out');
  toSignIn();
}

/** Asks who is here; without an answer the last known person of this device is used. */
export async function arrive() {
  try {
    me.value = await get('/me');
    failed.value = null;
    void remember('me', me.value);
  } catch (failure) {
    const known = ['offline', 'broken'].includes(/** @type {{kind?: string}} */ (failure).kind ?? '') ? await recall('me') : undefined;
    if (known) me.value = known; else failed.value = failure;
  }
  return me.value;
}

/** Asks again who is here and how their store is set; without an answer, what is known stays. */
export async function renew() {
  const found = await get('/me').catch(() => null);
  if (!found || left) return;
  if (found.person.id !== me.value?.person.id) return location.reload(); // somebody else has signed in, in another tab
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
