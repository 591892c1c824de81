// Every word a person reads comes through here, from flat catalogues (strings/).
// Placeholders are a small part of ICU MessageFormat: {name}, {n, plural, one {# report} other {# reports}}, {x, select, a {…} other {…}}.

/** @type {Record<string, string>} */ let catalogue = {};
/** @type {string} */ let locale = 'en-GB';
/** @type {Intl.PluralRules} */ let plurals = new Intl.PluralRules(locale);
/** @type {Intl.ListFormat} */ let lists = new Intl.ListFormat(locale, { type: 'unit' });

/** Adds words to the catalogue. @param {Record<string, string>} words @param {string} [tag] BCP 47 language tag */
export function speak(words, tag = 'en-GB') {
  catalogue = { ...catalogue, ...words };
  locale = tag;
  plurals = new Intl.PluralRules(tag);
  lists = new Intl.ListFormat(tag, { type: 'unit' });
}

/** The language tag for `Intl`. */
export const language = () => locale;

/** Whether the catalogue has the key. @param {string} key */
export const has = (key) => Object.hasOwn(catalogue, key);

/**
 * The words for a key; a missing key shows itself, so that it is seen and reported.
 * @param {string} key @param {Record<string, string | number>} [values] @returns {string}
 */
export const t = (key, values = {}) => fill(catalogue[key] ?? key, values);

/** The words for `prefix.value`, or the value itself in plain words when the catalogue has none. @param {string} prefix @param {string | null | undefined} value */
export function name(prefix, value) {
  if (!value) return '';
  const key = `${prefix}.${value}`;
  return has(key) ? t(key) : plain(value);
}

/** `false_alarm` → `False alarm`. @param {string} slug */
export function plain(slug) {
  const words = slug.replace(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `Wine, Beer, Spirits`. @param {string[]} words */
export const series = (words) => lists.format(words);

/** What is known, side by side: `Tills · INC-7F3K-92QX`. @param {(string | false | null | undefined)[]} words */
export const beside = (...words) => words.filter(Boolean).join(t('beside'));

/** `1,200`, or `0.8` with one digit after the point. @param {number} n @param {number} [digits] */
export const decimal = (n, digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);

/** Fills one pattern. @param {string} pattern @param {Record<string, string | number>} values @returns {string} */
export function fill(pattern, values) {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== '{') { out += pattern[i]; continue; }
    const end = closing(pattern, i);
    out += argument(pattern.slice(i + 1, end), values);
    i = end;
  }
  return out;
}

/** Index of the brace that closes the one at `from`. @param {string} s @param {number} from */
function closing(s, from) {
  for (let depth = 0, i = from; i < s.length; i++) {
    if (s[i] === '{') depth++;
    else if (s[i] === '}' && --depth === 0) return i;
  }
  return s.length;
}

/** @param {string} body @param {Record<string, string | number>} values @returns {string} */
function argument(body, values) {
  const [, variable, kind, rest] = /^\s*(\w+)\s*(?:,\s*(plural|select)\s*,([\s\S]*))?$/.exec(body) ?? [];
  if (!variable) return `{${body}}`;
  const value = values[variable];
  if (!kind) return value === undefined ? `{${variable}}` : typeof value === 'number' ? decimal(value) : value;
  const cases = branches(rest);
  if (kind === 'select') return fill(cases[String(value)] ?? cases.other ?? '', values);
  const chosen = cases[`=${value}`] ?? cases[plurals.select(Number(value))] ?? cases.other ?? '';
  return fill(chosen, values).replaceAll('#', decimal(Number(value)));
}

/** `one {a} other {b}` as a record. @param {string} s */
function branches(s) {
  /** @type {Record<string, string>} */ const found = {};
  for (let i = 0; i < s.length;) {
    const open = s.indexOf('{', i);
    if (open < 0) break;
    const end = closing(s, open);
    found[s.slice(i, open).trim()] = s.slice(open + 1, end);
    i = end + 1;
  }
  return found;
}
