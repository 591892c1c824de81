// One event stream per browser: the tab that holds the lock listens and tells the others; each tab applies the same
// batches once per animation frame. Resumes by the last token, in whichever tab takes over.
import { batch, signal } from '../vendor/ui.js';
import { Board } from '../rules/incidents.js';
import { learn, now } from '../rules/clock.js';
import { KINDS, condition, wait_ms } from '../rules/stream.js';
import { pages } from './api.js';
import { wire } from './wire.js';

/** @typedef {import('../rules/contract.d.ts').LiveEvent} LiveEvent */
/** @typedef {import('../rules/contract.d.ts').Summary} Summary */
/** @typedef {{what: 'fact', token: string, event: LiveEvent} | {what: 'word', token: string, server_time: string} | {what: 'failed'} | {what: 'reload'}} Message */

/** A list that is read before the stream has begun may be old before anything is heard: its beginning is waited for, but no longer than this. */
const BEGINNING_MS = 1000;

/** Everything known of incidents in this tab; read it when `changes` changes. */
export const board = new Board();
/** Goes up once per frame in which the board changed. */
export const changes = signal(0);
/** Whether all open incidents have been read, and how many so far. */
export const loaded = signal(/** @type {{done: boolean, failure: unknown}} */ ({ done: false, failure: null }));

/** @type {Set<(event: LiveEvent) => void>} */ const listeners = new Set();
/** @type {Set<() => void>} */ const reloaders = new Set();
/** @type {LiveEvent[]} */ let arrived = [];
let token = '';
let heard_ms = 0;
let failed = false;
let started = false;
/** Whether this tab is the one that listens. */
let leads = false;
/** Whether a list was read before the stream had begun. */
let early = false;
/** @type {() => void} */ let begin = () => undefined;
/** @type {Promise<void>} */ const begun = new Promise((resolve) => { begin = resolve; });
/** @type {BroadcastChannel} */ let channel;

/** Calls back for each event after the board has it; returns the way to stop. @param {(event: LiveEvent) => void} listen */
export function onEvent(listen) {
  listeners.add(listen);
  return () => { listeners.delete(listen); };
}
/** Calls back when events may have been missed and lists must be read again. @param {() => void} reload */
export function onGap(reload) {
  reloaders.add(reload);
  return () => { reloaders.delete(reload); };
}

/** Starts listening for this person; once per tab. @param {string} person */
export function listen(person) {
  if (started) return;
  started = true;
  channel = new BroadcastChannel(`outcry-live-${person}`);
  channel.onmessage = ({ data }) => {
    if (data.what !== 'ask') receive(data);
    else if (leads && wire.peek().state === 'live') channel.postMessage({ what: 'word', token, server_time: new Date(now()).toISOString() });
  };
  channel.postMessage({ what: 'ask' }); // whoever listens already says so at once
  void navigator.locks.request(`outcry-live-${person}`, () => lead());
  setInterval(look, 1000);
  addEventListener('offline', () => { failed = true; look(); });
}

/** Never resolves: the lock is held until this tab goes away and the next in line takes over. */
async function lead() {
  leads = true;
  for (let attempt = 0; ;) {
    const heard = await follow();
    attempt = heard ? 0 : attempt + 1;
    await new Promise((resolve) => setTimeout(resolve, wait_ms(attempt, Math.random())));
  }
}

/** One connection, until it breaks; true if anything was heard on it. @returns {Promise<boolean>} */
function follow() {
  return new Promise((resolve) => {
    let heard = false;
    const source = new EventSource(`/api/v1/live${token ? `?after=${encodeURIComponent(token)}` : ''}`);
    const end = () => { clearInterval(check); removeEventListener('offline', end); source.close(); tell({ what: 'failed' }); resolve(heard); };
    const check = setInterval(() => { if (heard && condition({ open: true, heard_ms, failed: false }, Date.now()).state === 'lost') end(); }, 1000);
    const word = (/** @type {MessageEvent<string>} */ e) => { heard = true; tell({ what: 'word', token: e.lastEventId, server_time: JSON.parse(e.data).server_time }); };
    source.addEventListener('hello', word); // where it could not be resumed, `resync` follows
    source.addEventListener('tick', word);
    source.addEventListener('resync', () => { heard = true; tell({ what: 'reload' }); });
    for (const kind of KINDS) {
      source.addEventListener(kind, (e) => { heard = true; tell({ what: 'fact', token: e.lastEventId, event: JSON.parse(e.data) }); });
    }
    source.addEventListener('error', end);
    addEventListener('offline', end);
  });
}

/** @param {Message} message */
function tell(message) {
  channel.postMessage(message);
  receive(message);
}

/** @param {Message} message */
function receive(message) {
  if (message.what === 'failed') { failed = true; look(); return; }
  // What came before it is shown before it, and so is gone with the rest.
  if (message.what === 'reload') { flush(); for (const reload of reloaders) reload(); return; }
  const was = wire.peek().state;
  heard_ms = Date.now();
  failed = false;
  token = message.token || token;
  begin();
  if (early) { early = false; for (const reload of reloaders) reload(); }
  if (message.what === 'word') learn(message.server_time, heard_ms, heard_ms);
  else if (arrived.push(message.event) === 1) soon(flush);
  if (was !== 'live') look();
}

/** A frame when the page is seen; a hidden page has no frames but must still sound its alarms. @param {() => void} work */
function soon(work) {
  if (document.hidden) setTimeout(work, 50);
  else requestAnimationFrame(work);
}

function flush() {
  const events = arrived;
  arrived = [];
  batch(() => {
    let changed = false;
    for (const event of events) changed = board.apply(event) || changed;
    if (changed) changes.value++;
    for (const event of events) for (const listener of listeners) listener(event);
  });
}

function look() {
  const next = condition({ open: started, heard_ms, failed }, Date.now());
  const before = wire.peek();
  if (next.state !== before.state || (next.state === 'lost' && Math.floor(next.age_ms / 1000) !== Math.floor(before.age_ms / 1000))) wire.value = next;
}

/** Resolves when the stream has begun, or late; what is read then is read again when it begins. */
async function beginning() {
  await Promise.race([begun, new Promise((resolve) => setTimeout(resolve, BEGINNING_MS))]);
  if (!heard_ms) early = true;
}

/** The reading that is under way. @type {AbortController | null} */ let reading = null;

/**
 * Reads all open incidents, the most urgent first, and keeps them true from then on. A later reading ends an earlier one, which
 * knows less: what had ended in between would come back with it.
 */
export async function loadOpen() {
  reading?.abort();
  const mine = (reading = new AbortController());
  /** @type {Summary[]} */ const found = [];
  /** @type {Set<string>} */ const heard = new Set();
  const stop = onEvent((event) => { if (event.incident) heard.add(event.incident.id); });
  try {
    await beginning();
    mine.signal.throwIfAborted();
    await pages('/incidents?open=true&order=urgency', (/** @type {Summary[]} */ items) => {
      mine.signal.throwIfAborted();
      found.push(...items);
      board.load(items, heard);
      changes.value++;
    }, mine.signal);
    board.reload(found, heard);
    batch(() => { loaded.value = { done: true, failure: null }; changes.value++; });
  } catch (failure) {
    if (!mine.signal.aborted) loaded.value = { done: loaded.peek().done, failure };
  } finally {
    stop();
  }
}
