// Which store somebody with several stands in: asked before anything else, since help goes there.
import { html, useEffect, useSignal } from '../../vendor/ui.js';
import { t } from '../../rules/text.js';
import { all } from '../../edge/api.js';
import { choose } from '../../edge/site.js';
import { useLoad } from '../load.js';
import { Failed, Loading } from '../states.js';

/** @typedef {import('../../rules/contract.d.ts').Site} Site */

/** How many are shown before somebody has to type. */
const SHOWN = 24;

export function Choose() {
  const typed = useSignal('');
  const { data, failure, again } = useLoad(() => /** @type {Promise<Site[]>} */ (all('/sites')), []);
  useEffect(() => { if (data?.length === 1) choose(data[0]); }, [data]);
  if (!data) return failure ? html`<${Failed} failure=${failure} again=${again} />` : html`<${Loading} rows=${6} />`;
  const words = typed.value.trim().toLowerCase();
  const found = data.filter((s) => `${s.name} ${s.id}`.toLowerCase().includes(words));
  return html`<section class="choose"><h1>${t('choose.title')}</h1><p>${t('choose.why')}</p>
    ${data.length > SHOWN && html`<div class="field"><label for="choose-find">${t('choose.find')}</label><input id="choose-find" type="search" autocomplete="off" value=${typed.value} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => { typed.value = e.currentTarget.value; }} /></div>`}
    <div class="tiles small">${found.slice(0, SHOWN).map((s) => html`<button key=${s.id} type="button" class="tile" onClick=${() => choose(s)}>${s.name}</button>`)}</div>
    <p class="muted" role="status">${found.length === 0 ? t('choose.none') : found.length > SHOWN ? t('choose.more', { n: found.length - SHOWN }) : ''}</p></section>`;
}
