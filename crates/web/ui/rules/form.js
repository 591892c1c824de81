// Editing a document by JSON pointer (RFC 6901): read, write, add and remove without changing the original.

/** The tokens of a pointer. @param {string} pointer */
const tokens = (pointer) => pointer.split('/').slice(1).map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What stands at a pointer, or undefined. @param {unknown} document @param {string} pointer @returns {unknown} */
export function at(document, pointer) {
  let here = document;
  for (const token of tokens(pointer)) {
    if (here === null || typeof here !== 'object') return undefined;
    here = /** @type {Record<string, unknown>} */ (here)[token];
  }
  return here;
}

/** The document with a value at the pointer. @template T @param {T} document @param {string} pointer @param {unknown} value @returns {T} */
export const put = (document, pointer, value) => /** @type {T} */ (change(document, tokens(pointer), () => value));

/** The document with an entry added to the list at the pointer. @template T @param {T} document @param {string} pointer @param {unknown} entry @returns {T} */
export const add = (document, pointer, entry) => put(document, pointer, [.../** @type {unknown[]} */ (at(document, pointer) ?? []), entry]);

/** The document without one entry of the list at the pointer. @template T @param {T} document @param {string} pointer @param {number} index @returns {T} */
export const drop = (document, pointer, index) =>
  put(document, pointer, /** @type {unknown[]} */ (at(document, pointer) ?? []).filter((_, i) => i !== index));

/** @param {unknown} here @param {string[]} path @param {(before: unknown) => unknown} make @returns {unknown} */
function change(here, path, make) {
  if (path.length === 0) return make(here);
  const [token, ...rest] = path;
  if (Array.isArray(here)) return here.map((entry, i) => (String(i) === token ? change(entry, rest, make) : entry));
  const record = /** @type {Record<string, unknown>} */ (here ?? {});
  return { ...record, [token]: change(record[token], rest, make) };
}

/** All words in a document or in what is shown of it, for a search: not the names of its fields. @param {unknown} x @returns {string} */
export function words(x) {
  if (typeof x === 'string') return x;
  if (Array.isArray(x)) return x.map(words).join(' ');
  if (x === null || typeof x !== 'object') return '';
  return words('props' in x ? /** @type {{children?: unknown}} */ (x.props).children : Object.values(x));
}

/** Whether two documents say the same. @param {unknown} a @param {unknown} b */
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** An id for a new entry of a list, which it keeps until it is saved: no server takes it, and other parts of the form can name it. @param {{id: string}[]} list */
export function unsaved(list) {
  for (let n = 1; ; n++) if (!list.some((x) => x.id === `*${n}`)) return `*${n}`;
}

/** The list with an id from its name for each new entry; no two of them get the same. @template {{id: string, name: string}} T @param {T[]} list @returns {T[]} */
export function named(list) {
  const isNew = (/** @type {T} */ x) => x.id.startsWith('*');
  const taken = list.filter((x) => !isNew(x)).map((x) => x.id);
  return list.map((x) => {
    if (!isNew(x)) return x;
    const id = slug(x.name, taken);
    taken.push(id);
    return { ...x, id };
  });
}

/** A store's areas and devices with their ids, in the devices' places too. @param {Pick<import('./contract.d.ts').Site, 'areas' | 'devices'>} site */
export function placed(site) {
  const areas = named(site.areas);
  const idOf = (/** @type {string} */ id) => areas[site.areas.findIndex((a) => a.id === id)]?.id ?? id;
  const devices = named(site.devices).map((d) => ({ ...d, ...(d.area && { area: idOf(d.area) }), ...(d.covers && { covers: d.covers.map(idOf) }) }));
  return { areas, devices };
}

/** Letters and digits without look-alikes: 32 of them, so that every byte falls on each as often. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id that names nobody: it stays in the log when the name is erased. @param {string[]} taken @param {() => Uint8Array} [dice] six random bytes */
export function nameless(taken = [], dice = () => crypto.getRandomValues(new Uint8Array(6))) {
  /** @type {string} */ let id;
  do { id = `p-${Array.from(dice(), (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`; } while (taken.includes(id));
  return id;
}

/** A slug that the contract accepts (`[a-z0-9-]{1,40}`), made from a name. @param {string} name @param {string[]} taken */
export function slug(name, taken = []) {
  const base = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 36) || 'new';
  let id = base;
  for (let n = 2; taken.includes(id); n++) id = `${base}-${n}`;
  return id;
}
