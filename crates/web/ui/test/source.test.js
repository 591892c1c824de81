// Promises about the source itself: words in the catalogue, files of the service worker, sizes, nothing a strict policy would refuse.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { CHANNELS, became } from '../rules/reached.js';
import { KINDS } from '../rules/stream.js';
import { speak } from '../rules/text.js';
import { DATABASE, VERSION } from '../edge/disk.js';
import { unspoken } from './literals.js';
import { closure, files, modules, text } from './tree.js';

/** Words by when they come: for every first screen, for every page after it, for the shop floor alone, for the other pages. */
const [first, next, shopFloor, office, settings] = ['en.json', 'en.next.json', 'en.shop.json', 'en.office.json', 'en.settings.json'].map((file) => /** @type {Record<string, string>} */ (JSON.parse(text(`strings/${file}`))));
const catalogue = { ...first, ...next, ...shopFloor, ...office, ...settings };
/** What a terminal loads: at once, and right after its first screen. */
const AT_ONCE = ['app.js', 'pages/terminal.js'];
const SOON = ['ui/terminal/later.js', 'ui/other.js', 'edge/live.js'];
/** All other pages. */
const OFFICE = ['app.js', 'ui/head.js', 'ui/other.js', ...files('pages').filter((file) => file !== 'pages/terminal.js')];
const sources = modules().map((file) => ({ file, code: text(file) }));

/** Beginnings of keys whose rest comes from data: `name('state', x)` and t(`state.${x}`). */
function prefixes(of = /** @type {{code: string}[]} */ (sources)) {
  const found = new Set();
  for (const { code } of of) {
    for (const [, prefix] of code.matchAll(/\b(?:name|word)\('([a-z_]+)'/g)) found.add(`${prefix}.`);
    for (const [, prefix] of code.matchAll(/`([a-z_]+\.[a-z_.]*)\$\{/g)) found.add(prefix);
  }
  return [...found];
}

/** The parts of set-up pages are the beginnings of the keys in ui/manage.js. */
const parts = () => sources.flatMap(({ code }) => [...code.matchAll(/part: '([a-z_]+)'/g)].map(([, part]) => part));

/** The keys that a module asks for by their whole name. @param {string} code */
function* asked(code) {
  for (const [, inside] of code.matchAll(/\bt\(((?:[^()]|\([^()]*\))*)\)/g)) {
    for (const [, key] of inside.split(/,(?![^?]*:)/)[0].matchAll(/'([a-z_]+(?:\.[a-z_0-9-]+)+)'/g)) yield key;
  }
}

test('words: the first screen has all of its own, the shop floor too, and no key stands twice', () => {
  const missing = (/** @type {string[]} */ entries, /** @type {Record<string, string>} */ known) =>
    closure(...entries).flatMap((file) => [...asked(text(file))].filter((key) => !(key in known)).map((key) => `${file}: ${key}`));
  assert.deepEqual(missing(AT_ONCE, first), []);
  assert.deepEqual(missing([...AT_ONCE, ...SOON], { ...first, ...next, ...shopFloor }), []);
  assert.deepEqual(missing(OFFICE, { ...first, ...next, ...office, ...settings }), []);
  assert.deepEqual(missing(OFFICE.filter((file) => !closure(file).includes('ui/manage.js')), { ...first, ...next, ...office }), [], 'only set-up pages wait for their own words');
  const begins = prefixes(closure(...AT_ONCE).map((file) => ({ code: text(file) })));
  assert.ok(begins.includes('panic.'), 'keys that are put together count too');
  assert.deepEqual(Object.keys({ ...next, ...shopFloor }).filter((key) => begins.some((p) => key.startsWith(p))), []);
  const all = [first, next, shopFloor, office, settings].flatMap((words) => Object.keys(words));
  assert.deepEqual(all.filter((key, n) => all.indexOf(key) !== n), []);
});

test('words: the pages that set the house up, and no others, learn the words of it', () => {
  const [, list = ''] = /const SETTINGS = \[(.*?)\];/.exec(text('app.js')) ?? [];
  const named = [...list.matchAll(/'([a-z]+)'/g)].map(([, page]) => `pages/${page}.js`);
  assert.deepEqual(named.sort(), files('pages').filter((file) => closure(file).includes('ui/manage.js')).sort());
});

test('words: every key that is asked for exists', () => {
  const missing = [];
  for (const { file, code } of sources) for (const key of asked(code)) if (!(key in catalogue)) missing.push(`${file}: ${key}`);
  for (const part of parts()) for (const word of ['none', 'choose']) if (!(`${part}.${word}` in catalogue)) missing.push(`${part}.${word}`);
  assert.deepEqual(missing, []);
});

test('words: every way that a message can go has a name and its own words for each of its states', () => {
  const states = ['planned', 'sent', 'accepted', 'delivered', 'seen', 'failed'];
  const wanted = CHANNELS.flatMap((channel) => [`channel.${channel}`, ...states.map((state) => `delivery.${channel}.${state}`)]);
  assert.deepEqual(wanted.filter((key) => !(key in catalogue)), []);
  speak(catalogue);
  for (const state of states) assert.doesNotMatch(became({ channel: 'webhook', state: /** @type {'sent'} */ (state) }), /mail/i, state);
  assert.equal(became({ channel: 'mail', state: 'accepted' }), 'Taken by the mail server');
});

test('words: every key is used', () => {
  const all = sources.map((s) => s.code).join('\n');
  const begins = [...prefixes(), ...parts().flatMap((p) => [`${p}.new`, `${p}.none`, `${p}.choose`])];
  const unused = Object.keys(catalogue).filter((key) => !all.includes(`'${key}'`) && !begins.some((p) => key.startsWith(p)));
  assert.deepEqual(unused, []);
});

test('words: braces are balanced and plurals have an "other"', () => {
  for (const [key, words] of Object.entries(catalogue)) {
    assert.equal(words.split('{').length, words.split('}').length, key);
    if (/, (plural|select),/.test(words)) assert.match(words, /other \{/, key);
  }
});

test('words: what people read stands in no module, nor a sign between words, a unit or a number made by hand', () => {
  for (const [code, wanted] of /** @type {[string, string[]][]} */ ([
    ['html`<p title=${t(`x.${y}`)}>${a ? html`<b>${b}</b>` : ""} Hello</p>`; html`<i aria-label="Close it">1</i>`', ['Hello', '1', 'Close it']],
    ['html`<a>${label}</a>: ${words}`; html`<p>${a} · ${b}</p>`', [':', '·']],
    ["[a, b].join(', '); x ?? '–'; say('Nothing was sent')", [', ', '–', 'Nothing was sent']],
    ['`P${n} ${word}`; `${n} s`; `${name} (${role})`; `${what}, ${where}`', ['P${…} ${…}', '${…} s', '${…} (${…})', '${…}, ${…}']],
    ['(ms / 1000).toFixed(1); new Intl.DateTimeFormat(); document.title = name', ['.toFixed(', 'Intl.', 'document.title = ']],
    ["// It’s · here\nclass Late { } const at = /[·]/; html`<p class=${`live ${state}`}>${t('live.on')}</p>`; `/incidents/${id}?q=${q}`; `${id}-hint`; list.join(',')", []],
  ])) assert.deepEqual(unspoken(code), wanted, 'this test can fail');
  assert.deepEqual(sources.flatMap(({ file, code }) => unspoken(code, file).map((words) => `${file}: ${words}`)), []);
});

test('words: what people read stands in no style and in no shell, nor a sign between words', () => {
  const drawn = (/** @type {string} */ style) => [...style.matchAll(/\bcontent: *["'][^"';}]*[^\s"';}][^"';}]*["']/g)].map(([found]) => found);
  assert.deepEqual(drawn('a::before { content: "· "; } b { content: ""; } c { justify-content: center; font: "x"; }'), ['content: "· "'], 'this test can fail');
  for (const file of ['app.css', ...files('styles')]) assert.deepEqual(drawn(text(file)), [], file);
  const spoken = text('shell.html').replace(/<[^>]*>|\{\{[a-z_]+\}\}/g, '').trim();
  assert.equal(spoken, '');
});

test('service worker: keeps exactly what its pages load, and opens the same database', () => {
  const sw = text('sw.js');
  const listed = [...(/const FILES = \[([\s\S]*?)\]/.exec(sw)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, f]) => f);
  const assets = ['app.css', 'fonts/atkinson-next.woff2', 'icons.office.svg', 'icons.svg', 'mark.svg', 'strings/en.json', 'strings/en.next.json', 'strings/en.office.json', 'strings/en.shop.json', ...['office', 'parts', 'print', 'terminal'].map((s) => `styles/${s}.css`)];
  assert.deepEqual(listed.toSorted(), [...closure(...AT_ONCE, ...SOON, 'pages/store.js', 'ui/head.js'), ...assets].sort());
  assert.match(sw, new RegExp(`indexedDB\\.open\\('${DATABASE}', ${VERSION}\\)`));
});

test('icons: the shop floor finds its own in its few, and every other page all of them', () => {
  const symbols = (/** @type {string} */ sprite) => new Map([...text(sprite).matchAll(/<symbol id="([^"]+)".*<\/symbol>/g)].map(([symbol, id]) => [id, symbol]));
  const [few, all] = ['icons.svg', 'icons.office.svg'].map(symbols);
  const drawn = (/** @type {string[]} */ names) => { const code = names.map(text).join('\n'); return [...all.keys()].filter((id) => new RegExp(`['"]${id}['"]`).test(code)); };
  assert.deepEqual([...few.keys()].sort(), drawn(closure(...AT_ONCE, ...SOON).filter((file) => !file.startsWith('vendor/'))).sort());
  for (const [id, symbol] of few) assert.equal(symbol, all.get(id), 'the same in both');
  assert.deepEqual(drawn(modules()).sort(), [...all.keys()].sort());
  assert.ok(few.size > 20 && all.size > few.size + 20);
});

test('stream: every kind of fact that the server tells is listened for, and no other', () => {
  const law = ['fact.rs', 'incident/event.rs'].map((file) => text(`../../domain/src/${file}`)).join('\n');
  const told = [...law.matchAll(/=> "([a-z]+\.[a-z_]+)"/g)].map(([, kind]) => kind);
  assert.deepEqual(KINDS.toSorted(), told.toSorted());
});

test('addresses: modules and styles name files by relative paths only, so that they stay within the folder of their version', () => {
  for (const { file, code } of [...sources, { file: 'app.css', code: text('app.css') }]) assert.doesNotMatch(code, /['"(]\/assets\//, file);
  for (const file of ['shell.html', 'sw.js']) assert.match(text(file), /\{\{assets\}\}/, file);
});

test('policy: nothing that a strict Content-Security-Policy or Trusted Types would refuse', () => {
  const banned = [/\.innerHTML|outerHTML|insertAdjacentHTML|document\.write/, /\beval\(|new Function/, /dangerouslySetInnerHTML/, /\bstyle="/, /\son[a-z]+="/];
  for (const { file, code } of sources) for (const pattern of banned) assert.doesNotMatch(code, pattern, file);
  assert.doesNotMatch(text('shell.html'), /<script(?![^>]*\bsrc=)|\bstyle=|\son[a-z]+=/);
});

test('rules: know no browser', () => {
  for (const file of files('rules').filter((f) => f.endsWith('.js'))) {
    const code = text(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    assert.doesNotMatch(code, /\b(document|window|navigator|localStorage|fetch|indexedDB|location|addEventListener)\b[.(]/, file);
    for (const [, from] of text(file).matchAll(/from '([^']+)'/g)) assert.match(from, /^\.\/|^\.\.\/vendor\/ui\.js$/, file);
  }
});

test('names: a folder and a file say what they hold', () => {
  const nothing = ['common', 'util', 'utils', 'helper', 'helpers', 'misc', 'base', 'core', 'manager', 'service', 'impl', 'types', 'models', 'dto', 'processor'];
  const found = [...modules(), ...files('test'), ...files('e2e')].filter((path) => path.split(/[/.]/).some((part) => nothing.includes(part)));
  assert.deepEqual(found, []);
});

test('size: a page has at most 300 lines, every other module at most 300 too', () => {
  for (const { file, code } of sources) assert.ok(code.split('\n').length <= 301, `${file}: ${code.split('\n').length}`);
});

/** What a route moves over the wire, without the font (34 KB, cached for ever, text is readable before it comes). @param {...string} entries */
function weight(...entries) {
  const all = [...closure(...entries.filter((e) => e.endsWith('.js'))), ...entries.filter((e) => !e.endsWith('.js')), 'app.css', 'styles/parts.css', 'shell.html', 'strings/en.json'];
  return all.reduce((sum, file) => sum + brotliCompressSync(text(file)).length, 0);
}

test('budget: the terminal stays within 40 KB, the desk within 90 KB, compressed', (t) => {
  const terminal = weight(...AT_ONCE, 'icons.svg', 'styles/terminal.css');
  const whole = weight(...AT_ONCE, ...SOON, 'strings/en.next.json', 'strings/en.shop.json', 'icons.svg', 'styles/terminal.css');
  const desk = weight('app.js', 'pages/desk.js', 'ui/head.js', 'edge/live.js', 'styles/office.css', 'strings/en.next.json', 'strings/en.office.json', 'icons.office.svg');
  t.diagnostic(`terminal ${terminal} bytes until tiles and help button work, ${whole} with all that follows; desk ${desk} bytes`);
  assert.ok(terminal <= 40 * 1024, `terminal ${terminal}`);
  assert.ok(desk <= 90 * 1024, `desk ${desk}`);
});

test('vendor: the bundle is the one whose sum is written down', () => {
  const [sum] = text('vendor/ui.js.sha256').split(' ');
  assert.equal(createHash('sha256').update(text('vendor/ui.js')).digest('hex'), sum);
});
