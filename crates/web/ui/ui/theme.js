// The switch between the system's colours, light and dark.
import { html } from '../vendor/ui.js';
import { t } from '../rules/text.js';
import { theme } from '../edge/settings.js';
import { Icon } from './icon.js';

const THEMES = ['system', 'light', 'dark'];
const THEME_ICON = /** @type {Record<string, string>} */ ({ system: 'sun-half', light: 'sun', dark: 'moon' });

export function Theme() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length];
  return html`<button type="button" class="quiet square" aria-label=${t('theme.switch', { now: t(`theme.${theme.value}`), next: t(`theme.${next}`) })}
    title=${t('theme.switch', { now: t(`theme.${theme.value}`), next: t(`theme.${next}`) })} onClick=${() => { theme.value = next; }}><${Icon} name=${THEME_ICON[theme.value] ?? 'sun-half'} /></button>`;
}
