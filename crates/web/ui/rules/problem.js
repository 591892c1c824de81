// What went wrong, as the app speaks of it: RFC 9457 problems, lost connections and everything between.

/** @typedef {import('./contract.d.ts').Problem} ProblemBody */

/** A failed request. `kind` says which state a page shows. */
export class Failure extends Error {
  /** @param {{kind: 'offline' | 'forbidden' | 'absent' | 'stale' | 'refused' | 'invalid' | 'signed_out' | 'broken', title?: string, detail?: string, slug?: string, request_id?: string | null, fields?: Map<string, string>, status?: number, retry_after_s?: number | null}} what */
  constructor(what) {
    super(what.detail ?? what.title ?? what.kind);
    this.kind = what.kind;
    this.title = what.title ?? '';
    this.detail = what.detail ?? '';
    this.slug = what.slug ?? '';
    this.request_id = what.request_id ?? null;
    this.status = what.status ?? 0;
    this.retry_after_s = what.retry_after_s ?? null;
    /** @type {Map<string, string>} JSON pointer → what is wrong there */
    this.fields = what.fields ?? new Map();
  }
}

/** A failure from an answer. @param {number} status @param {ProblemBody} body @param {string | null} request_id @param {string | null} [retry_after] */
export function failure(status, body, request_id, retry_after = null) {
  const slug = (body.type ?? '').split('/').pop() ?? '';
  const what = slug === 'invalid-path' ? 'absent' : kind(status); // what cannot exist does not
  return new Failure({
    kind: what,
    status,
    ...(what !== 'broken' && { title: unquoted(body.title), detail: unquoted(body.detail) }), // of its own faults the server speaks to programs
    slug,
    request_id: body.request_id ?? request_id,
    retry_after_s: retry_after ? Number(retry_after) || null : null,
    fields: new Map((body.errors ?? []).map((e) => [e.pointer ?? '', said(e.pointer ?? '', e.detail)])),
  });
}

/** Without the marks that name things to programs. @param {string | undefined} words */
const unquoted = (words) => words?.replaceAll('`', '');

/** What is wrong with a field, without the field's address: a page says its label. @param {string} pointer @param {string} detail */
function said(pointer, detail) {
  const words = unquoted(detail) ?? '';
  const rest = pointer && words.startsWith(`${pointer} `) ? words.slice(pointer.length + 1) : words;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** @param {number} status */
function kind(status) {
  if (status === 401) return 'signed_out';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'absent';
  if (status === 412) return 'stale';
  if (status === 409) return 'refused';
  if (status === 400 || status === 422 || status === 413 || status === 428) return 'invalid';
  return 'broken';
}
