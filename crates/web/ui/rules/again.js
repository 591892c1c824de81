// When a list that could not be read is read again by itself: only where that can help, and no two browsers in step.

/** The first wait, on average; each further one is twice as long. */
export const FIRST_MS = 1000;
/** No wait grows beyond this, on average. */
export const LONGEST_MS = 30_000;
/** No server makes a browser wait longer than this. */
export const AFTER_LONGEST_S = 3600;

/**
 * The wait before it is read again; null where the same question would get the same answer.
 * @param {unknown} failure why it could not be read @param {number} attempt how many failed before this one @param {number} chance 0 to 1
 * @returns {number | null} ms
 */
export function again_ms(failure, attempt, chance) {
  const { kind, status = 0, retry_after_s } = /** @type {Partial<import('./problem.js').Failure>} */ (failure ?? {});
  if (kind !== 'offline' && status !== 429 && status < 500) return null;
  if (retry_after_s && retry_after_s > 0) return Math.min(retry_after_s, AFTER_LONGEST_S) * 1000 + chance * FIRST_MS;
  return Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS) * (0.5 + chance);
}
