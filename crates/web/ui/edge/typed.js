// Where something was typed that is neither sent nor saved: nobody leaves without being asked, and no end of a session takes it along.

/** @type {Set<string>} */ const places = new Set();

/** @param {string} place @param {boolean} unsent */
export function keep(place, unsent) {
  if (unsent) places.add(place); else places.delete(place);
}

export const typed = () => places.size > 0;

/** The person was asked, and leaves it. */
export const letGo = () => places.clear();

addEventListener('beforeunload', (e) => { if (typed()) e.preventDefault(); });
