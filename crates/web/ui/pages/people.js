// People: role, how far their arm reaches, how they are told, and a link to sign in.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { add, drop, slug } from '../rules/form.js';
import { day } from '../rules/time.js';
import { name, t } from '../rules/text.js';
import { post } from '../edge/api.js';
import { can } from '../edge/session.js';
import { Check, Choice, Text } from '../ui/field.js';
import { Icon } from '../ui/icon.js';
import { ListOf, Manage, Remove } from '../ui/manage.js';
import { choices, learnPlaces, placeName, places } from '../ui/places.js';
import { sayFailure } from '../ui/say.js';

/** @typedef {import('../ui/field.js').Form} Form */
/** @typedef {import('../rules/contract.d.ts').Person} Person */

const ROLES = ['clerk', 'manager', 'desk', 'analyst', 'admin'];
const CHANNELS = ['mail', 'webhook'];

/** @type {import('../ui/manage.js').Kind} */
const kind = {
  path: '/people', page: '/people', part: 'person', right: 'edit_people', reading: 'read_people', single: true,
  fresh: () => ({ id: '', name: '', role: 'clerk', reach: { kind: 'site', id: null }, contacts: [], active: true, version: 0 }),
  finish: (person, people) => ({ ...person, id: person.id || slug(person.name, people.map((p) => p.id)) }),
  check: (p) => new Map(p.reach.kind === 'all' || p.reach.id ? [] : [['/reach/id', t(`person.choose_${p.reach.kind}`)]]),
  line: (p) => html`<b>${p.name}</b><span class="muted">${name('role', p.role)}${p.reach?.id ? ` · ${placeName(p.reach.kind, p.reach.id)}` : ''}${p.active ? '' : ` · ${t('person.inactive')}`}</span>`,
  Body: (props) => html`<${Body} ...${props} />`,
};

export function Page() {
  useEffect(() => { void learnPlaces().catch(() => undefined); }, []);
  void places.value;
  return html`<${Manage} kind=${kind} />`;
}

/** @param {{form: Form, entry: import('../ui/manage.js').Entry, saved: boolean}} props */
function Body({ form, entry, saved }) {
  const person = /** @type {Person} */ (/** @type {unknown} */ (entry));
  const reachable = choices(person.reach.kind === 'site' ? places.value.sites : places.value.regions);
  return html`<div class="pair"><${Text} form=${form} at="/name" label=${t('person.name')} />
      <${Choice} form=${form} at="/role" label=${t('person.role')} options=${ROLES.map((r) => [r, t(`role.${r}`)])} hint=${t(`role_hint.${ROLES.includes(person.role) ? person.role : 'clerk'}`)} /></div>
    <div class="pair"><${Choice} form=${{ ...form, change: (/** @type {string} */ p, /** @type {unknown} */ v) => { form.change(p, v); form.change('/reach/id', null); } }} at="/reach/kind" label=${t('person.reach')} options=${['site', 'region', 'all'].map((r) => [r, t(`reach.${r}`)])} />
      ${person.reach.kind !== 'all' && html`<${Choice} form=${form} at="/reach/id" label=${t(`person.which_${person.reach.kind}`)} none=${t('ask.choose')} options=${reachable} />`}</div>
    <${ListOf} title=${t('person.contacts')} add=${t('person.add_contact')} locked=${form.locked} onAdd=${() => form.change('/contacts', add(person, '/contacts', { channel: 'mail', address: '' }).contacts)}>
      ${person.contacts.length === 0 && html`<p class="muted">${t('person.no_contacts')}</p>`}
      <ul class="rows">${person.contacts.map((c, i) => html`<li key=${i}><${Choice} form=${form} at=${`/contacts/${i}/channel`} label=${t('person.channel')} options=${CHANNELS.map((x) => [x, name('channel', x)])} />
        <${Text} form=${form} at=${`/contacts/${i}/address`} type=${c.channel === 'mail' ? 'email' : 'url'} label=${t('person.address')} />
        <${Remove} label=${t('person.remove', { address: c.address })} locked=${form.locked} onRemove=${() => form.change('/contacts', drop(person, '/contacts', i).contacts)} /></li>`)}</ul><//>
    <${Check} form=${form} at="/active" label=${t('person.active')} hint=${t('person.active_hint')} />
    ${saved && can('edit_people') && html`<${SignIn} key=${person.id} id=${person.id} />`}`;
}

/** A link that opens the door once; shown once, because it is as good as a key. @param {{id: string}} props */
function SignIn({ id }) {
  const link = useSignal(/** @type {{url: string, expires_at: string} | null} */ (null));
  const copied = useSignal(false);
  useEffect(() => () => { link.value = null; }, []);
  const make = async () => {
    try { link.value = await post(`/people/${encodeURIComponent(id)}/sign-in-link`, {}); copied.value = false; } catch (failure) { sayFailure(failure); }
  };
  const copy = async () => {
    await navigator.clipboard?.writeText(link.value?.url ?? '').then(() => { copied.value = true; }, () => undefined);
  };
  return html`<section class="list-of"><h3>${t('person.sign_in')}</h3><p class="muted">${t('person.sign_in_why')}</p>
    ${link.value ? html`<p class="link-once"><code>${link.value.url}</code><button type="button" onClick=${copy}><${Icon} name=${copied.value ? 'check' : 'copy'} />${t(copied.value ? 'person.copied' : 'person.copy')}</button></p><p class="small muted">${t('person.link_until', { time: day(link.value.expires_at) })}</p>`
      : html`<button type="button" onClick=${make}><${Icon} name="lock" />${t('person.make_link')}</button>`}</section>`;
}
