// The reducer against recorded streams: any JSON file put into fixtures/ is checked, whoever wrote it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Board } from '../rules/incidents.js';

/** @typedef {{about: string, events: import('../rules/contract.d.ts').LiveEvent[], expect: {after: number, open: string[], ended?: string[], states?: Record<string, string>}[]}} Fixture */

const folder = new URL('./fixtures/', import.meta.url);

for (const file of readdirSync(folder)) {
  const fixture = /** @type {Fixture} */ (JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  test(`${file}: ${fixture.about}`, () => {
    const board = new Board();
    assert.ok(fixture.expect.length > 0);
    fixture.events.forEach((event, index) => {
      board.apply(event);
      for (const expected of fixture.expect.filter((e) => e.after === index + 1)) {
        assert.deepEqual(board.open.map((s) => s.id), expected.open, `open after ${expected.after}`);
        if (expected.ended) assert.deepEqual(board.ended.map((s) => s.id), expected.ended, `ended after ${expected.after}`);
        for (const [id, state] of Object.entries(expected.states ?? {})) assert.equal(board.shown(id)?.state, state);
      }
    });
    assert.ok(fixture.expect.every((e) => e.after <= fixture.events.length), 'every expectation was looked at');
  });
}
