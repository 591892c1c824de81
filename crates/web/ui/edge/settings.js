// A person's choices on this device: theme, shortcuts, how the help button is pressed.
import { effect, signal } from '../vendor/ui.js';

/** @param {string} key @param {string} standard */
function choice(key, standard) {
  const name = `outcry.${key}`;
  const value = signal(localStorage.getItem(name) ?? standard);
  effect(() => { localStorage.setItem(name, value.value); });
  return value;
}

/** `system`, `light` or `dark`. */
export const theme = choice('theme', 'system');
/** `on` or `off`: single-key shortcuts (WCAG 2.1.4). */
export const shortcuts = choice('shortcuts', 'on');
/** `hold` or `taps`: the help button held down, or tapped twice. */
export const press = choice('press', 'hold');
/** The device of the shop this browser is, chosen once on a terminal. */
export const device = choice('device', '');

/** Keeps the page in the chosen theme; the cookie lets the server draw the next page in it from the start. */
export function dress() {
  effect(() => {
    const chosen = theme.value;
    const root = document.documentElement;
    if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;
    else delete root.dataset.theme;
    document.cookie = `outcry_theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
  });
}
