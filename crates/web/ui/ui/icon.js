// Icons from the one sprite. Decoration unless a label is given.
import { html } from '../vendor/ui.js';

const SPRITE = new URL('../icons.svg', import.meta.url).pathname;

/** What a category looks like when its template names no icon of the sprite. @type {Record<string, string>} */
const CATEGORY = {
  theft: 'shopping-bag', robbery: 'banknote', burglary: 'door-open', violence: 'hand-fist', threat: 'message-square-warning',
  weapon: 'sword', sexual: 'shield-alert', hate: 'message-square-warning', damage: 'hammer', fraud: 'credit-card',
  suspicious: 'eye', antisocial: 'megaphone', dishonesty: 'user-x', panic: 'siren', other: 'ellipsis',
};

/** @param {{name: string, label?: string, class?: string}} props */
export function Icon({ name, label, class: more = '' }) {
  return html`<svg class=${`icon ${more}`} role=${label ? 'img' : undefined} aria-label=${label} aria-hidden=${label ? undefined : 'true'} focusable="false">
    <use href=${`${SPRITE}#${name}`} /></svg>`;
}

/** @param {string} category */
export const categoryIcon = (category) => CATEGORY[category] ?? 'circle-help';
