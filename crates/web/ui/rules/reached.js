// Deliveries by person: somebody is reached when any way to them has worked.

import { name } from './text.js';

/** @typedef {import('./contract.d.ts').Delivery} Delivery */
/** @typedef {{id: string, name: string, best: Delivery['state'], ways: Delivery[]}} Reach */

/** The ways a message can go. A new one is named here; a test then asks for its word (`channel.`) and for its own words for every state (`delivery.`). */
export const CHANNELS = ['desk', 'mail', 'webhook'];

/** What became of a message, in the words of its channel. @param {Pick<Delivery, 'channel' | 'state'>} delivery */
export const became = ({ channel, state }) => name('delivery', `${channel}.${state}`);

/** How near each state is to "has seen it". */
export const RANK = { failed: 0, planned: 1, sent: 2, accepted: 3, delivered: 4, seen: 5 };

/** One entry per person, those reached first; of each channel only the latest attempt. @param {Delivery[]} deliveries @returns {Reach[]} */
export function people(deliveries) {
  /** @type {Map<string, Reach>} */ const found = new Map();
  for (const d of deliveries) {
    const person = found.get(d.recipient.id) ?? { id: d.recipient.id, name: d.recipient.name, best: d.state, ways: [] };
    person.ways = [...person.ways.filter((w) => w.channel !== d.channel), d];
    found.set(person.id, person);
  }
  const all = [...found.values()];
  for (const person of all) {
    person.ways.sort((a, b) => RANK[b.state] - RANK[a.state]);
    person.best = person.ways[0].state;
  }
  return all.sort((a, b) => RANK[b.best] - RANK[a.best]);
}
