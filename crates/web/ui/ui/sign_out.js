// The way to sign out. What it asks first is given to it, since a terminal fetches that only after its first screen.
import { html, useSignal } from '../vendor/ui.js';
import { t } from '../rules/text.js';
import { Icon } from './icon.js';

/** @typedef {typeof import('./leave.js').Leave} Leave */

/** @param {{Leave: Leave | undefined, modal?: boolean}} props `modal` false where something else must stay in reach */
export function SignOut({ Leave, modal = true }) {
  const asked = useSignal(false);
  return html`<button type="button" class="quiet square" id="sign-out" aria-label=${t('action.sign_out')} title=${t('action.sign_out')} onClick=${() => { asked.value = true; }}><${Icon} name="log-out" /></button>
    ${asked.value && Leave && html`<${Leave} modal=${modal} onClose=${() => { asked.value = false; }} />`}`;
}
