// Which rows of a long list stand on the screen. Rows have one fixed height; two heights drift.

/**
 * @param {number} count rows in all @param {number} top_px scrolled so far @param {number} height_px of the window
 * @param {number} row_px @param {number} [spare] rows kept ready above and below
 */
export function visible(count, top_px, height_px, row_px, spare = 6) {
  const first = Math.max(0, Math.floor(top_px / row_px) - spare);
  const last = Math.min(count, Math.ceil((top_px + height_px) / row_px) + spare);
  return { first: Math.min(first, Math.max(0, count - 1)), last };
}

/** Where to scroll so that a row is wholly seen, or null if it is. @param {number} index @param {number} top_px @param {number} height_px @param {number} row_px */
export function reveal(index, top_px, height_px, row_px) {
  const y = index * row_px;
  if (y < top_px) return y;
  if (y + row_px > top_px + height_px) return y + row_px - height_px;
  return null;
}
