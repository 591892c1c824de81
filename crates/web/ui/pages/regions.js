// Regions: where stores belong. Each keeps its own log with its own keys.
import { html, useEffect } from '../vendor/ui.js';
import { slug } from '../rules/form.js';
import { t } from '../rules/text.js';
import { Text } from '../ui/field.js';
import { Icon } from '../ui/icon.js';
import { Manage } from '../ui/manage.js';
import { learnPlaces, places } from '../ui/places.js';

/** The log of the settings has this name already. */
const TAKEN = 'organisation';

/** @type {import('../ui/manage.js').Kind} */
const kind = {
  path: '/regions', page: '/regions', part: 'region', right: 'edit_sites',
  fresh: () => ({ id: '', name: '', version: 0 }),
  first: () => t('region.first'),
  finish: (region, regions) => ({ ...region, id: region.id || slug(region.name, [TAKEN, ...regions.map((r) => r.id)]) }),
  line: (region) => html`<b>${region.name}</b><span class="muted">${t('region.stores', { n: storesOf(region.id).length })}</span>`,
  Body,
};

/** @param {string} id */
const storesOf = (id) => places.value.sites.filter((site) => site.region === id);

export function Page() {
  useEffect(() => { void learnPlaces().catch(() => undefined); }, []);
  void places.value;
  return html`<${Manage} kind=${kind} />`;
}

/** @param {{form: import('../ui/field.js').Form, entry: import('../ui/manage.js').Entry, saved: boolean}} props */
function Body({ form, entry, saved }) {
  const stores = storesOf(entry.id);
  return html`<${Text} form=${form} at="/name" label=${t('region.name')} />
    ${saved && html`<section class="list-of"><h3>${t('page.stores')}</h3>
      ${stores.length === 0 ? html`<p class="muted">${t('region.empty')}</p>` : html`<ul class="rows">${stores.map((site) => html`<li key=${site.id}><a href=${`/stores?id=${site.id}`}>${site.name}</a></li>`)}</ul>`}</section>
      <p class="small muted"><${Icon} name="info" />${t('site.id', { id: entry.id })}</p>`}`;
}
