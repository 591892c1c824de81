// The keys of the desk, and the switch that turns them off.
import { html } from '../../vendor/ui.js';
import { SHORTCUTS } from '../../rules/keys.js';
import { name, t } from '../../rules/text.js';
import { shortcuts } from '../../edge/settings.js';
import { Dialog } from '../dialog.js';

/** @param {{onClose: () => void, where: 'desk' | 'incident'}} props */
export function Help({ onClose, where }) {
  return html`<${Dialog} title=${t('help.title')} onClose=${onClose}>
    <dl class="keys">${SHORTCUTS.filter((s) => s.where === 'both' || s.where === where).map((s) => html`<div key=${s.action}><dt>${s.shift && html`<kbd>${t('key.shift')}</kbd> `}<kbd>${s.key.length === 1 ? s.key.toUpperCase() : name('key_cap', s.key)}</kbd></dt><dd>${t(`key.${s.action}`)}</dd></div>`)}</dl>
    <div class="check"><input id="shortcuts" type="checkbox" checked=${shortcuts.value === 'on'} onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => { shortcuts.value = e.currentTarget.checked ? 'on' : 'off'; }} /><label for="shortcuts">${t('help.switch')}</label></div>
    <p class="muted small">${t('help.hint')}</p><//>`;
}
