// Single-key shortcuts of the desk and the incident page, in one table that the help shows too.

/** @typedef {{key: string, action: string, shift?: boolean, where: 'desk' | 'incident' | 'both'}} Shortcut */

/** @type {Shortcut[]} */
export const SHORTCUTS = [
  { key: 'j', action: 'next', where: 'desk' },
  { key: 'k', action: 'previous', where: 'desk' },
  { key: 'n', action: 'next_waiting', where: 'desk' },
  { key: 'Enter', action: 'open', where: 'desk' },
  { key: 'o', action: 'open_page', where: 'desk' },
  { key: 'a', action: 'acknowledge', where: 'both' },
  { key: 'a', action: 'acknowledge_group', shift: true, where: 'desk' },
  { key: 'e', action: 'escalate', where: 'both' },
  { key: 'c', action: 'comment', where: 'both' },
  { key: 'v', action: 'override', where: 'both' },
  { key: 'r', action: 'resolve', where: 'both' },
  { key: 'm', action: 'mute', where: 'desk' },
  { key: '?', action: 'help', where: 'both' },
];

/**
 * The action of a key press, or null: keys with Ctrl, Alt or Meta belong to the browser, keys in a field to the field.
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, altKey: boolean, metaKey: boolean}} event
 * @param {{typing: boolean, on: boolean, where: 'desk' | 'incident'}} situation
 */
export function action(event, { typing, on, where }) {
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return null;
  if (!on && event.key !== '?') return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = SHORTCUTS.find(
    (s) => s.key === key && (s.key === '?' || Boolean(s.shift) === event.shiftKey) && (s.where === 'both' || s.where === where),
  );
  return found?.action ?? null;
}
