// Stores: areas, devices, and how the help button behaves there.
import { html, useEffect } from '../vendor/ui.js';
import { add, drop, placed, slug, unsaved } from '../rules/form.js';
import { beside, t } from '../rules/text.js';
import { Check, Choice, Several, Text } from '../ui/field.js';
import { Icon } from '../ui/icon.js';
import { BoxHead, ListOf, Manage, Remove } from '../ui/manage.js';
import { choices, learnPlaces, placeName, places } from '../ui/places.js';

/** @typedef {import('../ui/field.js').Form} Form */
/** @typedef {import('../rules/contract.d.ts').Site} Site */

const DEVICES = ['terminal', 'till', 'camera', 'button'];

/** @type {import('../ui/manage.js').Kind} */
const kind = {
  path: '/sites', page: '/stores', part: 'site', right: 'edit_sites', single: true,
  fresh: (sites) => ({ id: '', name: '', region: '', timezone: sites[0]?.timezone ?? 'Europe/London', address: null, phone: null, areas: [], devices: [], panic: { hold_ms: 800, silent: true }, version: 0 }),
  first: () => t('site.first'),
  finish: (site, sites) => ({
    ...site,
    region: regionOf(site),
    id: site.id || slug(site.name, sites.map((s) => s.id)),
    ...placed(/** @type {Site} */ (/** @type {unknown} */ (site))),
  }),
  line: (site) => html`<b>${site.name}</b><span class="muted">${beside(placeName('region', site.region), t('site.counts', { areas: site.areas.length, devices: site.devices.length }))}</span>`,
  Body,
};

/** A new store belongs to the first region until another is chosen. @param {import('../ui/manage.js').Entry | Site} site */
const regionOf = (site) => site.region || (places.value.regions[0]?.id ?? '');

export function Page() {
  useEffect(() => { void learnPlaces().catch(() => undefined); }, []);
  void places.value;
  return html`<${Manage} kind=${kind} />`;
}

/** @param {{form: Form, entry: import('../ui/manage.js').Entry, saved: boolean}} props */
function Body({ form, entry, saved }) {
  const site = /** @type {Site} */ (/** @type {unknown} */ (entry));
  const areas = site.areas.map((a) => /** @type {[string, string]} */ ([a.id, a.name || t('site.area')]));
  const replace = (/** @type {Site} */ next) => { form.change('/areas', next.areas); form.change('/devices', next.devices); };
  return html`<div class="pair"><${Text} form=${form} at="/name" label=${t('site.name')} />
      <${Choice} form=${{ ...form, document: { ...site, region: regionOf(site) }, locked: saved || form.locked }} at="/region" label=${t('site.region')} hint=${saved ? t('site.region_stays') : undefined} options=${choices(places.value.regions)} /></div>
    <div class="pair"><${Text} form=${form} at="/address" label=${t('site.address')} optional /><${Text} form=${form} at="/phone" type="tel" label=${t('site.phone')} hint=${t('phone.hint')} optional /></div>
    <${Text} form=${form} at="/timezone" label=${t('site.timezone')} hint=${t('site.timezone_hint')} />
    <section class="list-of"><h3>${t('site.panic')}</h3><div class="pair"><${Text} form=${form} at="/panic/hold_ms" label=${t('site.hold')} hint=${t('site.hold_hint')} number per=${1000} min=${0.5} max=${1.5} step=${0.05} />
      <${Check} form=${form} at="/panic/silent" label=${t('site.silent')} hint=${t('site.silent_hint')} /></div></section>
    <${ListOf} title=${t('site.areas')} add=${t('site.add_area')} locked=${form.locked} onAdd=${() => replace(add(site, '/areas', { id: unsaved(site.areas), name: '' }))}>
      <ul class="rows">${site.areas.map((_, i) => html`<li key=${i}><${Text} form=${form} at=${`/areas/${i}/name`} label=${t('site.area')} class="bare" /><${Remove} label=${t('site.remove', { name: site.areas[i].name })} locked=${form.locked} onRemove=${() => replace(drop(site, '/areas', i))} /></li>`)}</ul><//>
    <${ListOf} title=${t('site.devices')} add=${t('site.add_device')} locked=${form.locked} onAdd=${() => replace(add(site, '/devices', { id: unsaved(site.devices), name: '', kind: 'camera', area: null, covers: [] }))}>
      <ul class="rows">${site.devices.map((d, i) => html`<li key=${i} class="boxed"><${BoxHead} title=${d.name || t('site.device')}><${Remove} label=${t('site.remove', { name: d.name })} locked=${form.locked} onRemove=${() => replace(drop(site, '/devices', i))} /><//><div class="trio"><${Text} form=${form} at=${`/devices/${i}/name`} label=${t('site.device')} />
        <${Choice} form=${form} at=${`/devices/${i}/kind`} label=${t('site.kind')} options=${DEVICES.map((k) => [k, t(`device.${k}`)])} />
        <${Choice} form=${form} at=${`/devices/${i}/area`} label=${t('site.stands')} none=${t('site.nowhere')} options=${areas} /></div>
        ${d.kind === 'camera' && html`<${Several} form=${form} at=${`/devices/${i}/covers`} label=${t('site.covers')} options=${areas} />`}</li>`)}</ul><//>
    ${saved && html`<p class="small muted"><${Icon} name="info" />${t('site.id', { id: site.id })}</p>`}`;
}
