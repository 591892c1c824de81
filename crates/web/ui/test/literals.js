// Finds in a module's source what people would read and no catalogue has: words, signs between words, units, numbers written by hand.

/** What stands between tags and must come from somewhere else: anything that can be seen. */
const SEEN = /[^\s\u0000]/;
/** Attributes that people read or hear. */
const READ = /\b(?:aria-label|aria-description|aria-roledescription|aria-valuetext|title|placeholder|alt|label)="([^"]+)"/g;
/** In a text that is put together: a sign between two parts, a unit after a number, a letter before one. */
const PUT_TOGETHER = /[,:] |\u0000[:.] ?$| \(|\u0000 (?:s|min|h|d|%)\b|^P\u0000|[^\x00-\x7f]/;
/** In a plain string: two words that begin a sentence, a sign to join with, or one that no key and no address has. */
const SPOKEN = /^[A-Z][a-z']* [a-z]|^[,;:.] $|[^\x00-\x7f]/;
/** Numbers and dates as people read them are made in rules/text.js, rules/time.js and rules/money.js. */
const BY_HAND = /\.toFixed\(|\.toLocale\w*\(|\bIntl\.|document\.title = (?!t\()/g;
const FORMATS = ['rules/text.js', 'rules/time.js', 'rules/money.js'];

/** All of them in a module. @param {string} code @param {string} [file] */
export function unspoken(code, file = '') {
  /** @type {string[]} */ const found = [];
  for (const { kind, words } of texts(code)) {
    if (kind === 'markup') {
      for (const [, between] of words.matchAll(/(?:^|>)([^<>]*)(?=<|$)/g)) if (SEEN.test(between) && !/=\u0000?$/.test(between)) found.push(between.replaceAll('\u0000', '').trim());
      for (const [, read] of words.matchAll(READ)) if (/[A-Za-z]/.test(read)) found.push(read);
    } else if ((kind === 'put together' ? PUT_TOGETHER : SPOKEN).test(words)) found.push(words.replaceAll('\u0000', '${…}'));
  }
  if (!FORMATS.includes(file)) for (const [call] of code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').matchAll(BY_HAND)) found.push(call);
  return found;
}

/** @typedef {{kind: 'plain' | 'put together' | 'markup', words: string}} Text what is inside ${…} is one NUL */

/** Every text in the source: quoted ones, put together ones, and html`…`. @param {string} code @returns {Text[]} */
export function texts(code) {
  /** @type {Text[]} */ const found = [];
  read(code, 0, found);
  return found;
}

/** Reads code until a brace closes what was not opened here; where that is. @param {string} code @param {number} from @param {Text[]} found */
function read(code, from, found) {
  let depth = 0;
  for (let i = from; i < code.length; i++) {
    const c = code[i];
    if (c === '/' && code[i + 1] === '/') i = code.indexOf('\n', i);
    else if (c === '/' && code[i + 1] === '*') i = code.indexOf('*/', i) + 1;
    else if (c === '/' && /(?:[(,=:[!&|?{};]|return)\s*$/.test(code.slice(Math.max(0, i - 10), i))) i = pattern(code, i);
    else if (c === "'" || c === '"') i = quoted(code, i, found);
    else if (c === '`') i = template(code, i, found, code.slice(Math.max(0, i - 4), i) === 'html');
    else if (c === '{') depth++;
    else if (c === '}' && --depth < 0) return i;
    if (i < 0) break;
  }
  return code.length;
}

/** @param {string} code @param {number} from */
function pattern(code, from) {
  for (let i = from + 1, set = false; i < code.length; i++) {
    if (code[i] === '\\') i++;
    else if (code[i] === '[') set = true;
    else if (code[i] === ']') set = false;
    else if (code[i] === '/' && !set) return i;
  }
  return code.length;
}

/** @param {string} code @param {number} from @param {Text[]} found */
function quoted(code, from, found) {
  let words = '';
  for (let i = from + 1; i < code.length; i++) {
    if (code[i] === code[from]) { found.push({ kind: 'plain', words }); return i; }
    if (code[i] === '\\') i++;
    words += code[i];
  }
  return code.length;
}

/** @param {string} code @param {number} from @param {Text[]} found @param {boolean} markup */
function template(code, from, found, markup) {
  let words = '';
  for (let i = from + 1; i < code.length; i++) {
    if (code[i] === '`') { found.push({ kind: markup ? 'markup' : 'put together', words }); return i; }
    if (code[i] === '\\') { i++; continue; }
    if (code[i] === '$' && code[i + 1] === '{') { i = read(code, i + 2, found); words += '\u0000'; } else words += code[i];
  }
  return code.length;
}
