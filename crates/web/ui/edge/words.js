// Fetches the words that people read: a few for the first screen, the others with the parts that need them.
import { speak } from '../rules/text.js';

/** @param {string} file in strings/ */
export async function words(file) {
  const answer = await fetch(new URL(`../strings/${file}`, import.meta.url));
  speak(await answer.json());
}
