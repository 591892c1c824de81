// Icons from one sprite at a time. Decoration unless a label is given.
import { html } from '../vendor/ui.js';

/** The shop floor's few, until an office page comes. */
let sprite = new URL('../icons.svg', import.meta.url).pathname;

/** From now on all icons can be drawn. */
export function allIcons() { sprite = new URL('../icons.office.svg', import.meta.url).pathname; }

/** What a category looks like when its template names no icon of the sprite. @type {Record<string, string>} */
const CATEGORY = {
  theft: 'shopping-bag', robbery: 'banknote', burglary: 'door-open', violence: 'hand-fist', threat: 'message-square-warning',
  weapon: 'sword', sexual: 'shield-alert', hate: 'message-square-warning', damage: 'hammer', fraud: 'credit-card',
  suspicious: 'eye', antisocial: 'megaphone', dishonesty: 'user-x', panic: 'siren', other: 'ellipsis',
};

/** @param {{name: string, label?: string, class?: string}} props */
export function Icon({ name, label, class: more = '' }) {
  return html`<svg class=${`icon ${more}`} role=${label ? 'img' : undefined} aria-label=${label} aria-hidden=${label ? undefined : 'true'} focusable="false">
    <use href=${`${sprite}#${name}`} /></svg>`;
}

/** @param {string} category */
export const categoryIcon = (category) => CATEGORY[category] ?? 'circle-help';
