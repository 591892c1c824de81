// The door to the server: JSON in and out, an idempotency key on every change, problems as Failure.
import { learn } from '../rules/clock.js';
import { Failure, failure } from '../rules/problem.js';
import { t } from '../rules/text.js';

/** @typedef {import('../rules/contract.d.ts').Filed} Filed */
/** @typedef {import('../rules/contract.d.ts').Summary} Summary */

const PREFIX = '/api/v1';
/** A request that takes longer is given up. */
const TIMEOUT_MS = 15_000;

/** @template T @param {string} path @param {AbortSignal} [signal] @returns {Promise<T>} */
export const get = (path, signal) => ask('GET', path, { signal }).then((r) => r.body);

/** @template T @param {string} path @param {unknown} body @param {string} [key] the idempotency key; a fresh one without @returns {Promise<T>} */
export const post = (path, body, key = crypto.randomUUID()) =>
  ask('POST', path, { body, headers: { 'idempotency-key': key } }).then((r) => r.body);

/** Saves an edit of a known version (0 creates). @template T @param {string} path @param {unknown} body @param {number} version @returns {Promise<T>} */
export const put = (path, body, version) =>
  ask('PUT', path, { body, headers: version ? { 'if-match': `"${version}"` } : { 'if-none-match': '*' } }).then((r) => r.body);

/** One verb on an incident. @param {string} id @param {import('../rules/contract.d.ts').Verb} verb @param {Record<string, unknown>} [body] @returns {Promise<{incident: Summary}>} */
export const act = (id, verb, body = {}) => post(`/incidents/${encodeURIComponent(id)}/${verb}`, body);

/** Every page of a list, handing each over as it comes. @template T @param {string} path with its query @param {(items: T[], whole: boolean) => void} each @param {AbortSignal} [signal] */
export async function pages(path, each, signal) {
  /** @type {string | null} */ let after = null;
  do {
    const here = /** @type {{items: T[], next: string | null}} */ (
      await get(`${path}${path.includes('?') ? '&' : '?'}limit=200${after ? `&after=${encodeURIComponent(after)}` : ''}`, signal)
    );
    after = here.next;
    each(here.items, after === null);
  } while (after);
}

/** All of a short list. @template T @param {string} path @returns {Promise<T[]>} */
export async function all(path) {
  /** @type {T[]} */ const found = [];
  await pages(path, (/** @type {T[]} */ items) => found.push(...items));
  return found;
}

/** What is looked at before anything is sent: as whom. @type {() => Promise<string | undefined>} */ let check = async () => undefined;
let lookAgain = () => {};
/** Sets it, and what looks again when the server says that it is somebody else: what it rejects with is why nothing is sent. A call for help waits for nothing. @param {() => Promise<string | undefined>} look @param {() => void} again */
export function checkBefore(look, again) { check = look; lookAgain = again; }

/** Ends this session on the server. The browser's storage stays, for what waits in the outbox would be lost with it. */
export async function signOut() {
  const response = await fetch('/sign-out?keep=storage', { method: 'POST', headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => { throw offline(); });
  if (!response.ok) throw failure(response.status, parse(await response.text()) ?? {}, response.headers.get('x-request-id'));
}

const offline = () => new Failure({ kind: 'offline', title: t('fail.offline'), detail: t('fail.offline_detail') });

/**
 * @param {string} method @param {string} path @param {{body?: unknown, headers?: Record<string, string>, signal?: AbortSignal}} [options]
 * @returns {Promise<{status: number, body: any}>}
 */
async function ask(method, path, { body, headers = {}, signal } = {}) {
  const person = method !== 'GET' && path !== '/panic' ? await check() : undefined;
  const sent_ms = Date.now();
  /** @type {Response} */ let response;
  try {
    response = await fetch(PREFIX + path, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(person && { 'outcry-person': person }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) : AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw offline();
  }
  const text = await response.text().catch(() => '');
  const answer = parse(text);
  if (!response.ok) {
    const failed = failure(response.status, answer ?? {}, response.headers.get('x-request-id'), response.headers.get('retry-after'));
    if (failed.slug === 'other-person') lookAgain();
    throw failed;
  }
  if (answer?.server_time) learn(answer.server_time, sent_ms, Date.now());
  return { status: response.status, body: answer };
}

/** @param {string} text */
function parse(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}
