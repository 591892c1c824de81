// Money as people read it.
import { language } from './text.js';

/** Money from minor units. @param {number} minor @param {string} [currency] ISO 4217 */
export const money = (minor, currency = 'GBP') =>
  new Intl.NumberFormat(language(), { style: 'currency', currency }).format(minor / 100);
