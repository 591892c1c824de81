import test from 'node:test';
import assert from 'node:assert/strict';
import { money } from '../rules/money.js';

const plain = (/** @type {string} */ text) => text.replace(/\u00a0/g, ' ');

test('money has the unit that the till named, and as many decimals as that unit', () => {
  assert.equal(plain(money(123456, 'GBP')), '£1,234.56');
  assert.match(plain(money(500, 'JPY')), /500$/);
  assert.match(plain(money(1500, 'BHD')), /1\.500$/);
});

test('money without a unit is the number alone', () => {
  for (const none of [null, undefined]) assert.equal(plain(money(-1999, none)), '-19.99');
});
