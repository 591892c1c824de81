// People and connected systems: role, how far their arm reaches, how they are told, and their ways in.
import { html, useEffect, useRef, useSignal } from '../vendor/ui.js';
import { add, drop, nameless } from '../rules/form.js';
import { day } from '../rules/time.js';
import { beside, name, t } from '../rules/text.js';
import { post } from '../edge/api.js';
import { can, me } from '../edge/session.js';
import { Check, Choice, Text } from '../ui/field.js';
import { take } from '../ui/focus.js';
import { Icon } from '../ui/icon.js';
import { ListOf, Manage, Remove } from '../ui/manage.js';
import { choices, learnPlaces, placeName, places } from '../ui/places.js';
import { say, sayFailure } from '../ui/say.js';

/** @typedef {import('../ui/field.js').Form} Form */
/** @typedef {import('../rules/contract.d.ts').Person} Person */

const ROLES = ['clerk', 'manager', 'desk', 'analyst', 'admin', 'terminal', 'integration'];
const CHANNELS = ['mail', 'webhook'];

/** @type {import('../ui/manage.js').Kind} */
const kind = {
  path: '/people', page: '/people', part: 'person', right: 'edit_people', reading: 'read_people', single: true,
  fresh: (people) => ({ id: nameless(people.map((p) => p.id)), name: '', role: 'clerk', reach: { kind: 'site', id: null }, contacts: [], phone: null, active: true, version: 0 }),
  check: (p) => new Map(p.reach.kind === 'all' || p.reach.id ? [] : [['/reach/id', t(`person.choose_${p.reach.kind}`)]]),
  line: (p) => html`<b>${p.name}</b><span class="muted">${beside(name('role', p.role), p.reach?.id && placeName(p.reach.kind, p.reach.id), !p.active && t('person.inactive'))}</span>`,
  Body: (props) => html`<${Body} ...${props} />`,
};

export function Page() {
  useEffect(() => { void learnPlaces().catch(() => undefined); }, []);
  void places.value;
  return html`<${Manage} kind=${kind} />`;
}

/** @param {{form: Form, entry: import('../ui/manage.js').Entry, saved: boolean, kept: import('../ui/manage.js').Entry}} props */
function Body({ form, entry, saved, kept }) {
  const person = /** @type {Person} */ (/** @type {unknown} */ (entry));
  const roles = [...new Set([...ROLES, person.role])];
  const reachable = choices(person.reach.kind === 'site' ? places.value.sites : places.value.regions);
  return html`<div class="pair"><${Text} form=${form} at="/name" label=${t('person.name')} />
      <${Choice} form=${form} at="/role" label=${t('person.role')} options=${roles.map((r) => [r, t(`role.${r}`)])} hint=${ROLES.includes(person.role) ? t(`role_hint.${person.role}`) : undefined} /></div>
    <div class="pair"><${Choice} form=${{ ...form, change: (/** @type {string} */ p, /** @type {unknown} */ v) => { form.change(p, v); form.change('/reach/id', null); } }} at="/reach/kind" label=${t('person.reach')} options=${['site', 'region', 'all'].map((r) => [r, t(`reach.${r}`)])} />
      ${person.reach.kind !== 'all' && html`<${Choice} form=${form} at="/reach/id" label=${t(`person.which_${person.reach.kind}`)} none=${t('ask.choose')} options=${reachable} />`}</div>
    <${ListOf} title=${t('person.contacts')} add=${t('person.add_contact')} locked=${form.locked} onAdd=${() => form.change('/contacts', add(person, '/contacts', { channel: 'mail', address: '' }).contacts)}>
      ${person.contacts.length === 0 && html`<p class="muted">${t('person.no_contacts')}</p>`}
      <ul class="rows">${person.contacts.map((c, i) => html`<li key=${i}><${Choice} form=${form} at=${`/contacts/${i}/channel`} label=${t('person.channel')} options=${CHANNELS.map((x) => [x, name('channel', x)])} />
        <${Text} form=${form} at=${`/contacts/${i}/address`} type=${c.channel === 'mail' ? 'email' : 'url'} label=${t('person.address')} />
        <${Remove} label=${t('person.remove', { address: c.address })} locked=${form.locked} onRemove=${() => form.change('/contacts', drop(person, '/contacts', i).contacts)} /></li>`)}</ul><//>
    <${Text} form=${form} at="/phone" type="tel" label=${t('person.phone')} hint=${t('person.phone_hint')} optional />
    <${Check} form=${form} at="/active" label=${t('person.active')} hint=${t('person.active_hint')} />
    ${saved && can('edit_people') && (kept.role !== person.role ? html`<p class="callout" role="note"><${Icon} name="lock" />${t('person.save_first')}</p>` : html`<${WayIn} key=${`${person.id} ${person.role}`} id=${person.id} machine=${person.role === 'integration'} />`)}`;
}

/** A link or token that opens the door; shown once, because it is as good as a key. And the end of all of them. @param {{id: string, machine: boolean}} props */
function WayIn({ id, machine }) {
  const made = useSignal(/** @type {{url?: string, token?: string, expires_at: string | null} | null} */ (null));
  const copied = useSignal(false);
  const sure = useSignal(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => () => { made.value = null; }, []);
  /** What was pressed is gone: the focus goes to what stands in its place. @param {'made' | 'end'} part */
  const onward = (part) => requestAnimationFrame(() => take(box.current?.querySelector(`[data-part="${part}"] button`)));
  const path = `/people/${encodeURIComponent(id)}`;
  const make = async () => {
    try { made.value = await post(`${path}/${machine ? 'token' : 'sign-in-link'}`, {}); copied.value = false; onward('made'); } catch (failure) { sayFailure(failure); }
  };
  const end = async () => {
    try {
      const { ended } = /** @type {{ended: number}} */ (await post(`${path}/revoke`, {}));
      made.value = null;
      sure.value = false;
      say(t('person.ended', { n: ended }));
      onward('end');
    } catch (failure) { sayFailure(failure); }
  };
  const secret = made.value?.token ?? made.value?.url;
  const copy = async () => {
    await navigator.clipboard?.writeText(secret ?? '').then(() => { copied.value = true; }, () => undefined);
  };
  const until = made.value?.expires_at ? t('person.link_until', { time: day(made.value.expires_at) }) : t('person.token_until');
  const ask = (/** @type {boolean} */ yes) => { sure.value = yes; onward('end'); };
  return html`<div ref=${box}><section class="list-of" data-part="made"><h3>${t(machine ? 'person.token' : 'person.sign_in')}</h3><p class="muted">${t(machine ? 'person.token_why' : 'person.sign_in_why')}</p>
    ${secret ? html`<p class="link-once"><code>${secret}</code><button type="button" onClick=${copy}><${Icon} name=${copied.value ? 'check' : 'copy'} />${t(copied.value ? 'person.copied' : 'person.copy')}</button></p><p class="small muted">${until}</p>`
      : html`<button type="button" onClick=${make}><${Icon} name="lock" />${t(machine ? 'person.make_token' : 'person.make_link')}</button>`}</section>
    <section class="list-of" data-part="end"><h3>${t('person.end')}</h3><p class="muted">${t('person.end_why')}${id === me.value?.person.id ? ` ${t('person.end_self')}` : ''}</p>
    ${sure.value ? html`<p class="tools"><button type="button" onClick=${end}>${t('person.end_sure')}</button><button type="button" class="quiet" onClick=${() => ask(false)}>${t('action.cancel')}</button></p>`
      : html`<button type="button" onClick=${() => ask(true)}><${Icon} name="circle-x" />${t('person.end')}</button>`}</section></div>`;
}
