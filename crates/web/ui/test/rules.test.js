// The rules of rules/, each as a sentence.
import assert from 'node:assert/strict';
import test from 'node:test';
import { AFTER_LONGEST_S, FIRST_MS, LONGEST_MS, again_ms } from '../rules/again.js';
import { Alarm, pulses, REPEAT_MS } from '../rules/alarm.js';
import * as filters from '../rules/filters.js';
import { AlarmRate, FLOOD_OVER, WINDOW_MS, grouped } from '../rules/flood.js';
import { add, at, drop, nameless, placed, put, slug, unsaved, words } from '../rules/form.js';
import { Board, ENDED_KEPT, figures, urgency } from '../rules/incidents.js';
import { initialled } from '../rules/initials.js';
import { action } from '../rules/keys.js';
import { order, outcome, summary } from '../rules/outbox.js';
import { Failure, failure } from '../rules/problem.js';
import * as report from '../rules/report.js';
import { route } from '../rules/route.js';
import { reveal, visible } from '../rules/rows.js';
import { deadline, standing } from '../rules/sla.js';
import { condition, LOST_AFTER_MS, wait_ms } from '../rules/stream.js';
import { PATIENCE_MS, arrived, listed, newer, sentence, told } from '../rules/told.js';
import { beside, decimal, fill, name, series, speak, t } from '../rules/text.js';
import { local, utc } from '../rules/moment.js';
import { ago, dated, duration, span } from '../rules/time.js';
import { incident } from './incident.js';
import { text } from './tree.js';

const NOW = Date.parse('2026-11-22T14:00:00Z');
for (const file of ['en.json', 'en.next.json', 'en.shop.json', 'en.office.json']) speak(JSON.parse(text(`strings/${file}`)));

test('words: placeholders, plurals, selects, and a missing key that shows itself', () => {
  assert.equal(fill('{n, plural, =0 {none} one {# report} other {# reports}}', { n: 0 }), 'none');
  assert.equal(fill('{n, plural, =0 {none} one {# report} other {# reports}}', { n: 1 }), '1 report');
  assert.equal(fill('{n, plural, one {# of {all}} other {# reports of {all}}}', { n: 1200, all: 5 }), '1,200 reports of 5');
  assert.equal(fill('{who, select, me {You} other {{name}}} has it', { who: 'x', name: 'Priya' }), 'Priya has it');
  assert.equal(fill('{a} {gone}', { a: 1 }), '1 {gone}');
  assert.equal(fill('{n} of {id}', { n: 1200, id: '1200' }), '1,200 of 1200', 'numbers as people read them');
  assert.deepEqual([series(['a', 'b', 'c']), series(['a']), series([]), beside('a', null, '', false, 'b'), decimal(0.8, 1), decimal(1234.5)], ['a, b, c', 'a', '', 'a · b', '0.8', '1,234.5']);
  assert.equal(t('no.such.key'), 'no.such.key');
  assert.equal(name('state', 'open'), 'Open');
  assert.equal(name('state', 'brand_new-state'), 'Brand new state');
  assert.deepEqual(['Joanna Clarke', 'Anna van der Berg', 'Priya', ''].map(initialled), ['Joanna C.', 'Anna B.', 'Priya', '']);
});

test('times: spans count both ways and say their unit, durations use two', () => {
  assert.equal(span(45_900), '45 s');
  assert.equal(span(119_000), '1 min');
  assert.equal(span(-9_400), '−9 s');
  assert.equal(span(7_500_000), '2 h 5 min');
  assert.equal(span(28_260_000 + 59_000), '7 h 51 min');
  assert.equal(span(100 * 3_600_000), '4 d 4 h');
  assert.equal(duration(38), '38 s');
  assert.equal(duration(5400), '1 h 30 min');
  assert.equal(duration(0), '0 s');
  assert.equal(utc(local('2026-11-22T14:02:00Z')), '2026-11-22T14:02:00Z', 'in the time of any browser');
  assert.equal(local('soon'), '');
  assert.equal(ago(59_000), 'just now');
  assert.equal(ago(61_000), '1 min ago');
});

test('times: what was on another day says which', () => {
  assert.equal(dated('2026-11-22T14:02:00', Date.parse('2026-11-22T23:59:00')), '14:02');
  assert.equal(dated('2026-11-22T14:02:00', Date.parse('2026-11-23T00:01:00')), '22 Nov, 14:02');
});

test('deadline: acknowledge until somebody has, then resolve, then none', () => {
  assert.equal(deadline(incident({ state: 'open' })).kind, 'acknowledge');
  assert.equal(deadline(incident({ state: 'acknowledged' })).kind, 'resolve');
  assert.equal(deadline(incident({ state: 'resolved' })).kind, 'none');
  const due = deadline(incident({ reported_at: '2026-11-22T13:59:00Z', acknowledge_by: '2026-11-22T14:01:00Z' }));
  assert.deepEqual(standing(due, NOW), { text: '1 min', left_ms: 60_000, state: 'ok', used: 0.5 });
  assert.equal(standing(due, NOW + 45_000).state, 'soon');
  assert.deepEqual(standing(due, NOW + 60_500), { text: '−1 s', left_ms: -1000, state: 'late', used: 1 });
});

test('board: stays in order of urgency without sorting, whatever comes', () => {
  const board = new Board();
  let seed = 3;
  const random = (/** @type {number} */ n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const states = /** @type {const} */ (['open', 'acknowledged', 'responding', 'resolved']);
  for (let i = 1; i <= 3000; i++) {
    const id = `i${random(200)}`;
    board.take(incident({ id, sequence: i, state: states[random(4)], priority: /** @type {1} */ (1 + random(4)), acknowledge_by: new Date(NOW + random(9e6)).toISOString() }));
    if (random(5) === 0) board.expect(`i${random(200)}`, { state: 'acknowledged' });
    if (random(5) === 0) board.settle(`i${random(200)}`);
  }
  const ids = board.open.map((s) => s.id);
  assert.deepEqual(ids, [...board.open].sort(urgency).map((s) => s.id));
  assert.equal(new Set(ids).size, ids.length);
  const expected = [...board.byId.keys()].map((id) => board.shown(id)).filter((s) => s && s.state !== 'resolved');
  assert.equal(ids.length, expected.length);
});

test('board: an older word never replaces a newer one', () => {
  const board = new Board();
  board.take(incident({ id: 'a', sequence: 9, state: 'acknowledged' }));
  assert.equal(board.take(incident({ id: 'a', sequence: 8, state: 'open' })), false);
  assert.equal(board.shown('a')?.state, 'acknowledged');
});

test('board: an expected change is shown at once and taken back when the server says otherwise', () => {
  const board = new Board();
  board.take(incident({ id: 'a', state: 'open' }));
  board.expect('a', { state: 'acknowledged' });
  assert.equal(board.open[0].state, 'acknowledged');
  assert.equal(board.byId.get('a')?.state, 'open');
  board.settle('a');
  assert.equal(board.open[0].state, 'open');
});

test('board: a whole list closes what it does not name, except what changed while it was read', () => {
  const board = new Board();
  board.load(['a', 'b', 'c'].map((id) => incident({ id })));
  board.reload([incident({ id: 'b' })], new Set(['c']));
  assert.deepEqual(board.open.map((s) => s.id), ['b', 'c']);
});

test('board: of what ended while the list was read, the list says nothing', () => {
  const board = new Board();
  board.take(incident({ id: 'a', sequence: 1 }));
  const read = [incident({ id: 'a', sequence: 1 })];
  const ends = ['a', ...Array.from({ length: ENDED_KEPT }, (_, n) => `e${n}`)];
  for (const id of ends) board.take(incident({ id, sequence: 2, state: 'closed' }));
  assert.equal(board.shown('a'), undefined, 'so many ended that the first is forgotten');
  board.reload(read, new Set(ends));
  assert.deepEqual(board.open, []);
});

test('board: a whole list takes along what had ended, and what was expected of what is gone', () => {
  const board = new Board();
  board.load([incident({ id: 'a' }), incident({ id: 'b' }), incident({ id: 'ended', state: 'resolved' }), incident({ id: 'just', state: 'closed' })]);
  board.expect('a', { state: 'acknowledged' });
  board.reload([incident({ id: 'b' })], new Set(['just']));
  assert.deepEqual([board.open, board.ended].map((list) => list.map((s) => s.id)), [['b'], ['just']]);
  assert.equal(board.shown('ended'), undefined, 'it may be one that may no longer be seen');
  board.settle('a');
  board.take(incident({ id: 'a', state: 'open' }));
  assert.equal(board.shown('a')?.state, 'open', 'an old expectation says nothing of it');
});

test('again: only what may pass is read again, no sooner than the server says, and ever more rarely', () => {
  const answer = (/** @type {number} */ status, /** @type {string | null} */ after = null) => failure(status, {}, null, after);
  const offline = new Failure({ kind: 'offline' });
  for (const status of [400, 401, 403, 404, 405, 409, 410, 412, 422]) assert.equal(again_ms(answer(status, '1'), 0, 0.5), null, String(status));
  assert.equal(again_ms(new TypeError('ours'), 0, 0.5), null);
  for (const passes of [offline, answer(429), answer(500), answer(503)]) assert.equal(again_ms(passes, 0, 0.5), FIRST_MS);
  assert.deepEqual([1, 2, 3].map((n) => again_ms(offline, n, 0.5)), [2, 4, 8].map((n) => n * FIRST_MS));
  assert.deepEqual([0, 1].map((chance) => again_ms(offline, 1000, chance)), [LONGEST_MS / 2, LONGEST_MS * 1.5], 'spread, and never longer');
  assert.deepEqual([0, 1].map((chance) => again_ms(answer(503, '20'), 9, chance)), [20_000, 20_000 + FIRST_MS], 'never sooner than the server says');
  assert.equal(again_ms(answer(429, '99999999'), 0, 0), AFTER_LONGEST_S * 1000);
  assert.equal(again_ms(answer(503, 'Sun, 22 Nov 2026 14:00:00 GMT'), 0, 0.5), FIRST_MS, 'no number is no word');
});

test('told: what was only sent has reached nobody, and silence ends in a word to call somebody', () => {
  const made = Date.parse('2026-11-22T13:55:00Z');
  const counts = { planned: 0, sent: 0, accepted: 0, delivered: 0, seen: 0, failed: 0 };
  const told_of = (/** @type {Partial<import('../rules/contract.d.ts').Summary>} */ what, now_ms = NOW) => told(incident(what), made, now_ms);
  assert.equal(told(undefined, made, made + PATIENCE_MS), 'recorded');
  assert.equal(told(undefined, made, made + PATIENCE_MS + 1), 'nobody', 'the server has said nothing');
  assert.equal(told_of({ deliveries: { ...counts, planned: 1, sent: 2, accepted: 3, failed: 1 } }), 'recorded');
  assert.equal(told_of({ deliveries: { ...counts, delivered: 1 } }), 'arrived');
  assert.equal(told_of({ deliveries: { ...counts, seen: 1, failed: 4 } }), 'arrived');
  assert.equal(told_of({ deliveries: { ...counts, seen: 1 }, unreached: true }), 'nobody');
  assert.equal(told_of({ deliveries: { ...counts, seen: 1 }, acknowledge_by: '2026-11-22T13:59:59Z' }), 'nobody', 'past its time');
  assert.equal(told_of({ deliveries: { ...counts, seen: 1 }, acknowledge_by: null }), 'nobody', 'no deadline, and longer than anybody should wait');
  assert.equal(told_of({ acknowledge_by: null }, made + PATIENCE_MS), 'recorded');
  assert.equal(told_of({ state: 'acknowledged', unreached: true }), 'taken');
  assert.equal(told_of({ state: 'closed' }), 'taken');
  assert.equal(arrived(incident({ deliveries: { ...counts, accepted: 2 } })), false);
});

for (const [state, words] of /** @type {[import('../rules/contract.d.ts').State, string][]} */ ([['resolved', 'Resolved'], ['closed', 'Closed'], ['merged', 'Merged'], ['false_alarm', 'False alarm'], ['withdrawn', 'Withdrawn']])) {
  test(`told: ${state} is said, and not who had it`, () => {
    const owner = { id: 'sam', name: 'Sam Okafor' };
    assert.equal(sentence(incident({ state, owner }), NOW, NOW), words);
    assert.equal(listed(incident({ state, owner }), 'lost', NOW), words, 'nothing can change it any more');
  });
}

test('told: somebody who has it is named, and whether they are on the way', () => {
  const owner = { id: 'sam', name: 'Sam Okafor' };
  assert.equal(sentence(incident({ state: 'acknowledged', owner }), NOW, NOW), 'Sam Okafor has it');
  assert.equal(sentence(incident({ state: 'responding', owner }), NOW, NOW), 'Sam Okafor is on it');
});

test('told: a list says what is not known, and sends nobody to the emergency number', () => {
  const past = incident({ state: 'open', acknowledge_by: '2026-11-22T13:59:59Z' });
  assert.equal(listed(past, 'live', NOW), 'Nobody has taken it yet');
  assert.equal(listed(past, 'lost', NOW), 'Not known: no connection');
  assert.equal(listed(past, 'starting', NOW), 'Connecting');
  assert.match(sentence(past, NOW, NOW), /emergency number/, 'on the page of the report itself');
});

test('told: the newer of two words counts, and none is no news', () => {
  const [older, later] = [incident({ sequence: 4 }), incident({ sequence: 5, state: 'closed' })];
  assert.equal(newer(older, later), later);
  assert.equal(newer(later, older), later);
  assert.equal(newer(older, undefined), older);
});

test('figures: late by the clock or by the server’s word', () => {
  const list = [
    incident({ id: 'a', priority: 1, acknowledge_by: '2026-11-22T13:59:59Z' }),
    incident({ id: 'b', state: 'acknowledged', resolve_by: '2026-11-22T15:00:00Z', breached: { acknowledge: true, resolve: false } }),
    incident({ id: 'c', acknowledge_by: '2026-11-22T15:00:00Z', breached: { acknowledge: true, resolve: false } }),
  ];
  assert.deepEqual(figures(list, NOW), { open: 3, unacknowledged: 2, past: 2, mine: 0, checkpoint: 0 });
});

test('flood: begins above ten alarms in ten minutes, ends at seven, counts nothing twice', () => {
  const rate = new AlarmRate();
  for (let i = 0; i < FLOOD_OVER; i++) assert.ok(rate.hear(incident({ id: `i${i}`, reported_at: new Date(NOW - i * 1000).toISOString() }), NOW));
  assert.equal(rate.hear(incident({ id: 'i0', reported_at: new Date(NOW).toISOString() }), NOW), false);
  assert.deepEqual(rate.count(NOW), { n: 10, flood: false });
  rate.hear(incident({ id: 'more', reported_at: new Date(NOW).toISOString() }), NOW);
  assert.equal(rate.count(NOW).flood, true);
  assert.equal(rate.hear(incident({ id: 'low', priority: 4, reported_at: new Date(NOW).toISOString() }), NOW), false);
  assert.equal(rate.count(NOW + WINDOW_MS - 7500).flood, true);
  assert.equal(rate.count(NOW + WINDOW_MS - 5500).flood, false);
});

test('flood: critical ones stay by themselves, others stand under their store', () => {
  const open = [
    incident({ id: 'p', priority: 1, site: 'x' }), incident({ id: 'a', priority: 2, site: 'y' }),
    incident({ id: 'b', priority: 3, site: 'x' }), incident({ id: 'c', priority: 3, site: 'y' }),
  ];
  assert.deepEqual(grouped(open, new Set()).map((r) => r.id), ['p', 'site:y', 'b']);
  assert.deepEqual(grouped(open, new Set(['y'])).map((r) => r.id), ['p', 'site:y', 'a', 'c', 'b']);
});

test('alarm: critical repeats every ten seconds until acknowledged, can be silenced, and alone sounds in a flood', () => {
  const alarm = new Alarm();
  const critical = [incident({ priority: 1 })];
  assert.equal(alarm.due(critical, false, NOW), 1);
  assert.equal(alarm.due(critical, false, NOW + REPEAT_MS - 1), null);
  assert.equal(alarm.due(critical, true, NOW + REPEAT_MS), 1);
  alarm.pause(NOW + REPEAT_MS);
  assert.equal(alarm.due(critical, false, NOW + 3 * REPEAT_MS), null);
  assert.equal(alarm.due([incident({ priority: 1, state: 'acknowledged' })], false, NOW + 9 * REPEAT_MS), null);
  alarm.raise(2);
  assert.equal(alarm.due([], true, NOW + 9 * REPEAT_MS), null);
  alarm.raise(3);
  alarm.raise(2);
  assert.equal(alarm.due([], false, NOW + 9 * REPEAT_MS), 2);
  assert.equal(alarm.due([], false, NOW + 9 * REPEAT_MS), null);
  assert.deepEqual([1, 2, 3, 4].map((p) => pulses(p).length), [10, 3, 1, 0]);
});

test('keys: not while typing, not with Ctrl, not when turned off, but help always', () => {
  const press = (/** @type {string} */ key, more = {}) => ({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });
  const desk = { typing: false, on: true, where: /** @type {const} */ ('desk') };
  assert.equal(action(press('a'), desk), 'acknowledge');
  assert.equal(action(press('A', { shiftKey: true }), desk), 'acknowledge_group');
  assert.equal(action(press('a', { ctrlKey: true }), desk), null);
  assert.equal(action(press('a'), { ...desk, typing: true }), null);
  assert.equal(action(press('a'), { ...desk, on: false }), null);
  assert.equal(action(press('?', { shiftKey: true }), { ...desk, on: false }), 'help');
  assert.equal(action(press('j'), { ...desk, where: 'incident' }), null);
});

test('outbox: panic goes first, a refusal is final, everything else waits', () => {
  const item = (/** @type {string} */ key, /** @type {'panic' | 'report'} */ kind, /** @type {string} */ when, more = {}) => ({ key, kind, at: when, path: '', body: {}, owner: 'a', tries: 0, title: '', ...more });
  const items = [item('r2', 'report', '2026-01-01T00:00:02Z'), item('r1', 'report', '2026-01-01T00:00:01Z'), item('p', 'panic', '2026-01-01T00:00:09Z')];
  assert.deepEqual(order(items).map((i) => i.key), ['p', 'r1', 'r2']);
  assert.deepEqual([200, 201, 0, 401, 409, 429, 503, 422, 403, 404].map(outcome), ['done', 'done', 'wait', 'wait', 'wait', 'wait', 'wait', 'refused', 'refused', 'refused']);
  assert.deepEqual(summary([...items, item('x', 'report', '2025-01-01T00:00:00Z', { refused: 'no' })]), { waiting: 3, refused: 1, since: '2026-01-01T00:00:01Z' });
});

test('report: chips toggle, what is missing is named, the body carries only answers, goods become items', () => {
  const q = (/** @type {string} */ id, /** @type {'choice'} */ kind, more = {}) => ({ id, label: id, kind, options: [{ id: 'spirits', label: 'Spirits' }, { id: 'meat', label: 'Meat' }], required: true, flag: null, ...more });
  const template = { category: 'theft', name: 'Theft', icon: '', tile: 1, safety: '', version: 1, questions: [q('what', 'choice'), q('how_many', /** @type {any} */ ('number'), { required: false }), q('seen', /** @type {any} */ ('many'), { required: false })] };
  let draft = report.begin('theft', '2026-11-22T14:00:00Z', 'amy');
  assert.deepEqual(report.missing(draft, template).map((x) => x.id), ['what']);
  assert.ok(report.empty(draft) && report.empty({ ...draft, note: ' ', answers: { seen: [] } }));
  for (const said of [{ area: 'tills' }, { note: 'x' }, { answers: { still_here: false } }]) assert.ok(!report.empty({ ...draft, ...said }), JSON.stringify(said));
  draft = report.press(draft, template.questions[0], 'spirits');
  draft = report.press(draft, template.questions[1], 3);
  draft = report.press(report.press(draft, template.questions[2], 'meat'), template.questions[2], 'meat');
  assert.deepEqual(report.missing(draft, template), []);
  assert.deepEqual(report.body({ ...draft, note: ' x ' }, template, { site: 's', device: null }), {
    site: 's', category: 'theft', occurred_at: '2026-11-22T14:00:00Z', channel: 'terminal', reporter: 'amy', narrative: 'x',
    fields: { what: 'spirits', how_many: 3 }, items: [{ name: 'Spirits', quantity: 3 }],
  });
  const ago = { min: 30, said_at: '2026-11-22T14:20:00Z' };
  assert.equal(report.body({ ...draft, ago }, template, { site: 's', device: null }).occurred_at, '2026-11-22T13:50:00.000Z');
  assert.equal(report.headline(draft, template), 'Spirits');
  assert.equal(report.press(draft, template.questions[0], 'spirits').answers.what, undefined);
});

test('filters: the address and the filter are the same thing, whatever is set', () => {
  const filter = filters.read('?q=INC-7F3K&state=open,closed&priority=1&open=true&since=2026-11-22');
  assert.deepEqual(filters.read(filters.write(filter)), filter);
  assert.equal(filters.write(filters.read('')), '');
  assert.deepEqual(filters.set(filter), ['q', 'priority', 'since', 'state', 'open']);
  assert.deepEqual(filters.without(filter, 'state').state, []);
  const zone = process.env.TZ;
  process.env.TZ = 'Europe/London';
  const autumn = new URLSearchParams(filters.query(filters.read('?since=2026-10-25&until=2026-10-25'), 50, null));
  assert.equal(autumn.get('until'), '2026-10-26T00:00:00Z', 'the day on which the clocks change has 25 hours');
  if (zone === undefined) delete process.env.TZ; else process.env.TZ = zone;
  assert.match(filters.query(filter, 50, 'c'), /since=2026-11-2\dT\d\d%3A00%3A00Z&.*limit=50&after=c/);
});

test('form: pointers read, write, add and drop without touching the original', () => {
  const document = { a: [{ b: 1 }], 'x/y': { '~': 2 } };
  assert.equal(at(document, '/a/0/b'), 1);
  assert.equal(at(document, '/x~1y/~0'), 2);
  assert.equal(at(document, '/none/of/this'), undefined);
  const next = put(document, '/a/0/b', 5);
  assert.deepEqual([next.a[0].b, document.a[0].b], [5, 1]);
  assert.equal(add(document, '/a', {}).a.length, 2);
  assert.deepEqual(drop(document, '/a', 0).a, []);
  assert.equal(slug('Leeds Briggate №12 & Co'), 'leeds-briggate-no12-co');
  assert.equal(slug('Leeds', ['leeds', 'leeds-2']), 'leeds-3');
  assert.match(slug('日本'), /^new$/);
  assert.match(nameless(), /^p-[0-9a-hjkmnp-tv-z]{6}$/);
  const dice = [[0, 1, 2, 3, 4, 5], [31, 32, 33, 63, 64, 255]].map((b) => Uint8Array.from(b));
  assert.equal(nameless(['p-012345'], () => dice.shift() ?? assert.fail('asked too often')), 'p-z01z0z', 'a taken one is thrown again');
});

test('form: a new store is sent with ids of its own, and its devices stand where they were put', () => {
  /** @type {import('../rules/contract.d.ts').Area[]} */ const areas = [{ id: 'tills', name: 'Front' }];
  for (const name of ['Tills', 'Tills', '']) areas.push({ id: unsaved(areas), name });
  assert.equal(new Set(areas.map((a) => a.id)).size, 4);
  const site = placed({ areas, devices: [
    { id: '*1', name: 'Till', kind: 'till', area: areas[2].id, covers: [] },
    { id: '*2', name: 'Till', kind: 'camera', area: null, covers: ['tills', areas[1].id] },
    { id: 'bell', name: 'Bell', kind: 'button' },
  ] });
  assert.deepEqual(site.areas.map((a) => a.id), ['tills', 'tills-2', 'tills-3', 'new']);
  assert.deepEqual(site.devices, [
    { id: 'till', name: 'Till', kind: 'till', area: 'tills-3', covers: [] },
    { id: 'till-2', name: 'Till', kind: 'camera', area: null, covers: ['tills', 'tills-2'] },
    { id: 'bell', name: 'Bell', kind: 'button' },
  ]);
});

test('form: a search finds what is written and shown, and no name of a field', () => {
  const entry = { id: 'p-7', role: 'clerk', active: true, version: 3, contacts: [{ channel: 'mail', address: 'ann@shop.example' }] };
  const shown = { props: { children: ['Ann', { props: { children: 'Shop floor' } }] } };
  const found = words([entry, shown]);
  for (const there of ['Shop floor', 'Ann', 'ann@shop.example']) assert.ok(found.includes(there), there);
  for (const absent of ['version', 'contacts', 'children', 'true']) assert.ok(!found.includes(absent), absent);
});

test('rows: only what is on the screen, and the chosen one wholly', () => {
  assert.deepEqual(visible(10_000, 40_000, 800, 40, 5), { first: 995, last: 1025 });
  assert.deepEqual(visible(3, 0, 800, 40), { first: 0, last: 3 });
  assert.equal(reveal(0, 100, 400, 40), 0);
  assert.equal(reveal(20, 0, 400, 40), 440);
  assert.equal(reveal(5, 0, 400, 40), null);
});

test('stream: live, lost after silence, lost at once when it fails', () => {
  assert.equal(condition({ open: true, heard_ms: 0, failed: false }, NOW).state, 'starting');
  assert.equal(condition({ open: true, heard_ms: NOW, failed: false }, NOW + LOST_AFTER_MS).state, 'live');
  assert.deepEqual(condition({ open: true, heard_ms: NOW, failed: false }, NOW + LOST_AFTER_MS + 1), { state: 'lost', age_ms: LOST_AFTER_MS + 1 });
  assert.equal(condition({ open: true, heard_ms: NOW, failed: true }, NOW).state, 'lost');
  assert.ok(wait_ms(0, 0) < 1000 && wait_ms(50, 1) <= 10_000);
});

test('problems: a status decides what a page does, a pointer where it says so', () => {
  const f = failure(422, { type: '/problems/invalid', title: 'x', errors: [{ pointer: '/name', detail: 'Give it a name.' }] }, 'r-1');
  const bare = failure(422, { detail: 'Use `site`', errors: [{ pointer: '/reach/id', detail: '/reach/id must be given' }] }, null);
  assert.deepEqual([bare.detail, bare.fields.get('/reach/id')], ['Use site', 'Must be given'], 'people are not shown what programs read');
  assert.deepEqual([f.kind, f.slug, f.request_id, f.fields.get('/name')], ['invalid', 'invalid', 'r-1', 'Give it a name.']);
  assert.deepEqual([401, 403, 404, 409, 412, 500].map((s) => failure(s, {}, null).kind), ['signed_out', 'forbidden', 'absent', 'refused', 'stale', 'broken']);
});

test('problems: every field that does not fit is told, and the server’s words are as it said them', () => {
  const errors = [{ pointer: '/area', detail: 'Leeds has no area roof' }, { pointer: '/occurred_at', detail: 'must be a time such as 2026-11-22T14:02:07Z (RFC 3339)' }];
  const { fields } = failure(422, { type: '/problems/invalid-field', title: 'A field does not fit', status: 422, errors }, null);
  assert.deepEqual([...fields], [['/area', 'Leeds has no area roof'], ['/occurred_at', 'Must be a time such as 2026-11-22T14:02:07Z (RFC 3339)']]);
});

test('problems: of the server’s own faults a person hears in the words of the app', () => {
  const { kind, title, detail } = failure(503, { type: '/problems/overloaded', title: 'There is more to do than can be done at once', status: 503, detail: 'Wait as long as Retry-After says and send it again with the same Idempotency-Key.' }, 'r');
  assert.deepEqual([kind, title, detail], ['broken', '', '']);
});

test('problems: an address that names nothing is absent, not wrong', () => {
  assert.equal(failure(400, { type: '/problems/invalid-path', title: 'x', status: 400, detail: 'id: must be the id of an incident' }, null).kind, 'absent');
  assert.equal(failure(400, { type: '/problems/invalid-query', title: 'x', status: 400, detail: 'x' }, null).kind, 'invalid');
});

test('addresses: every page and nothing else', () => {
  assert.deepEqual(route('/incidents/abc'), { page: 'incident', id: 'abc' });
  assert.deepEqual(route('/desk/'), { page: 'desk', id: null });
  assert.equal(route('/').page, 'absent');
  assert.equal(route('/api/docs').page, 'absent');
});
