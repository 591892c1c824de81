// Money as people read it.
import { language } from './text.js';

/** Money from minor units; without a currency the number alone, for nobody said which.
 *  @param {number} minor @param {string | null} [currency] ISO 4217 */
export const money = (minor, currency) => {
  const format = new Intl.NumberFormat(language(), currency ? { style: 'currency', currency } : { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};
