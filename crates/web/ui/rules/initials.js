// A person's name where there is little room.
import { t } from './text.js';

/** `Joanna Clarke` → `Joanna C.` @param {string} person */
export function initialled(person) {
  const [first, ...rest] = person.trim().split(/\s+/);
  const last = rest.at(-1);
  return last ? t('name.initialled', { first, initial: last.charAt(0) }) : first;
}
