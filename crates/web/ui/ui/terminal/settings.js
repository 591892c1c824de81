// What a shop sets on its own terminal: which device this is, and how the help button is pressed.
import { html } from '../../vendor/ui.js';
import { t } from '../../rules/text.js';
import { me } from '../../edge/session.js';
import { device, press, theme } from '../../edge/settings.js';
import { site } from '../../edge/site.js';
import { Dialog } from '../dialog.js';

/** @param {{onClose: () => void}} props */
export function Settings({ onClose }) {
  const devices = (site.value?.devices ?? []).filter((d) => d.kind === 'terminal' || d.kind === 'till');
  return html`<${Dialog} title=${t('settings.title')} modal=${false} onClose=${onClose}><div class="form">
    ${devices.length > 0 && html`<div class="field"><label for="set-device">${t('settings.device')}</label><select id="set-device" value=${device.value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ e) => { device.value = e.currentTarget.value; }}>
      <option value="" selected=${device.value === ''}>${t('settings.device_none')}</option>${devices.map((d) => html`<option key=${d.id} value=${d.id} selected=${d.id === device.value}>${d.name}</option>`)}</select></div>`}
    <fieldset class="several"><legend>${t('settings.press')}</legend>${['hold', 'taps'].map((way) => html`<div class="check" key=${way}><input id=${`press-${way}`} type="radio" name="press" checked=${press.value === way} onChange=${() => { press.value = way; }} /><label for=${`press-${way}`}>${t(`settings.press_${way}`)}</label></div>`)}</fieldset>
    <fieldset class="several"><legend>${t('settings.theme')}</legend>${['system', 'light', 'dark'].map((one) => html`<div class="check" key=${one}><input id=${`theme-${one}`} type="radio" name="theme" checked=${theme.value === one} onChange=${() => { theme.value = one; }} /><label for=${`theme-${one}`}>${t(`settings.theme_${one}`)}</label></div>`)}</fieldset>
    <p class="muted small">${t('settings.person', { name: me.value?.person.name ?? '' })}</p></div><//>`;
}
