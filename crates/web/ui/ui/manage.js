// A list beside the form of its chosen entry: the shape of all pages that set the organisation up.
import { effect, html, signal, useEffect, useRef, useSignal } from '../vendor/ui.js';
import { put as at, same, words } from '../rules/form.js';
import { Failure } from '../rules/problem.js';
import { name, t } from '../rules/text.js';
import { all, get, put } from '../edge/api.js';
import { onEvent } from '../edge/live.js';
import { can } from '../edge/session.js';
import { keep } from '../edge/typed.js';
import { Refused, Summary } from './field.js';
import { lost, take } from './focus.js';
import { Icon } from './icon.js';
import { useLoad } from './load.js';
import { go, search } from './place.js';
import { say } from './say.js';
import { Empty, Failed, Forbidden, Loading } from './states.js';

/** @typedef {import('../rules/contract.d.ts').Right} Right */
/** @typedef {import('./field.js').Form} Form */
/** @typedef {Record<string, any> & {version: number}} Entry an editable document of the API: its shape is the page's business */
/**
 * @typedef {object} Kind
 * @property {string} path of the API, such as `/sites`
 * @property {string} page its address, such as `/stores`
 * @property {string} part the word for its texts, such as `site`
 * @property {Right} right needed to edit
 * @property {Right} [reading] needed to read, when reading is not for everybody
 * @property {string} [key] the property that identifies an entry: `id` unless said
 * @property {string} [one] the query parameter that names the entry: `id` unless said
 * @property {(entries: Entry[]) => Entry} [fresh] a new entry; without it nothing can be added
 * @property {() => string} [first] what leads from an empty house to its first entry
 * @property {(entry: Entry, entries: Entry[]) => Entry} [finish] what is filled in before saving, such as an id from the name
 * @property {(entry: Entry) => Map<string, string>} [check] what a person sees to be missing before the server is asked, by JSON pointer
 * @property {boolean} [single] the API can answer one entry by itself
 * @property {(entry: Entry) => unknown} line what the list shows of an entry
 * @property {(props: {form: Form, entry: Entry, saved: boolean, kept: Entry}) => unknown} Body the form; `kept` is the entry as it was last saved
 */

const NEW = 'new';

/** What was changed and not saved, by page and entry: whoever looks at something else in between finds it again. */
const unsaved = signal(/** @type {Map<string, {base: Entry, draft: Entry}>} */ (new Map()));
effect(() => keep('settings', unsaved.value.size > 0));

/** Scrolls the list, and not the page, to the entry that is shown. @param {Element | null} line */
function reveal(line) {
  const list = line?.closest('.entries');
  if (!line || !list) return;
  const [at, box] = [line.getBoundingClientRect(), list.getBoundingClientRect()];
  if (at.top < box.top || at.bottom > Math.min(box.bottom, innerHeight)) list.scrollTop += at.top - box.top - list.clientHeight / 2;
}

/** @param {Kind} kind @param {string} id */
const shelf = (kind, id) => `${kind.path}/${id}`;

/** @param {{kind: Kind, heading?: unknown}} props */
export function Manage({ kind, heading }) {
  const reads = !kind.reading || can(kind.reading);
  const { data, failure, again } = useLoad(() => (reads ? all(kind.path) : Promise.resolve([])), [kind.path]);
  const filter = useSignal('');
  useEffect(() => onEvent((e) => { if (e.kind === 'organisation.changed') again(); }), [kind.path]);
  const entries = /** @type {Entry[] | null} */ (data);
  const id = new URLSearchParams(search.value).get(kind.one ?? 'id');
  const idOf = (/** @type {Entry} */ e) => String(e[kind.key ?? 'id']);
  const chosen = id === NEW && kind.fresh && entries ? kind.fresh(entries) : entries?.find((e) => idOf(e) === id);
  const wanted = filter.value.trim().toLowerCase();
  const found = (entries ?? []).filter((e) => words([e, kind.line(e)]).toLowerCase().includes(wanted));
  const begun = unsaved.value.get(shelf(kind, NEW));
  const head = html`${heading ?? html`<div class="title-line"><h1>${t(`page.${kind.page.slice(1)}`)}</h1></div>`}`;
  if (!reads) return html`${head}<${Forbidden} right=${kind.reading} />`;
  return html`${head}
    ${!can(kind.right) && html`<p class="callout" role="note"><${Icon} name="lock" />${t('form.view_only', { right: name('right', kind.right) })}</p>`}
    ${failure && !entries ? html`<${Failed} failure=${failure} again=${again} />` : !entries ? html`<${Loading} rows=${10} />` : html`<div class=${`manage ${chosen ? 'chosen' : ''}`}>
      <div class="entries"><div class="entries-head">
        <label class="find"><span class="vh">${t('list.find')}</span><${Icon} name="search" /><input type="search" placeholder=${t('list.find')} value=${filter.value} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ e) => { filter.value = e.currentTarget.value; }} /></label>
        ${kind.fresh && can(kind.right) && html`<a class="btn" href=${address(kind, NEW)}><${Icon} name="plus" />${t(`${kind.part}.new`)}</a>`}</div>
        ${entries.length === 0 ? html`<${Empty} title=${t(`${kind.part}.none`)}>${kind.first && can(kind.right) && html`<p><a class="btn primary" href=${address(kind, NEW)}>${kind.first()}</a></p>`}<//>` : found.length === 0 ? html`<p class="muted">${t('list.no_match')}</p>`
          : html`<ul>${begun && html`<li><a href=${address(kind, NEW)} aria-current=${id === NEW ? 'true' : undefined}><b>${begun.draft.name || t(`${kind.part}.new`)}</b><${NotSaved} /></a></li>`}
            ${found.map((e) => html`<li key=${idOf(e)}><a href=${address(kind, idOf(e))} aria-current=${idOf(e) === id ? 'true' : undefined}>${kind.line(e)}${unsaved.value.has(shelf(kind, idOf(e))) && html`<${NotSaved} />`}</a></li>`)}</ul>`}</div>
      <div class="entry">${chosen ? html`<${Editor} key=${`${kind.part} ${id}`} kind=${kind} listed=${chosen} id=${id} idOf=${idOf} entries=${entries} onSaved=${again} />`
        : html`<${Empty} icon="pencil" title=${t(`${kind.part}.choose`)} />`}</div></div>`}`;
}

const NotSaved = () => html`<span class="with-icon small"><${Icon} name="pencil" />${t('form.unsaved')}</span>`;

/** @param {Kind} kind @param {string} id */
function address(kind, id) {
  const params = new URLSearchParams(location.search);
  params.set(kind.one ?? 'id', id);
  return `${kind.page}?${params}`;
}

/** @param {{kind: Kind, listed: Entry, id: string, idOf: (e: Entry) => string, entries: Entry[], onSaved: () => void}} props */
function Editor({ kind, listed, id, idOf, entries, onSaved }) {
  const kept = unsaved.peek().get(shelf(kind, id));
  const base = useSignal(kept?.base ?? listed);
  const draft = useSignal(kept?.draft ?? listed);
  const failure = useSignal(/** @type {Failure | null} */ (null));
  const busy = useSignal(false);
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  const box = useRef(/** @type {HTMLFormElement | null} */ (null));
  const labels = useRef(/** @type {Map<string, {label: string, id: string}>} */ (new Map()));
  const dirty = !same(base.value, draft.value);
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
    reveal(document.querySelector('.entries [aria-current]'));
  }, []);
  const stand = (/** @type {Entry} */ saved, /** @type {Entry} */ typed) => {
    base.value = saved;
    draft.value = typed;
    const next = new Map(unsaved.peek());
    if (same(saved, typed)) next.delete(shelf(kind, id)); else next.set(shelf(kind, id), { base: saved, draft: typed });
    unsaved.value = next;
  };
  useEffect(() => { if (!dirty && id !== NEW && listed.version > base.value.version) stand(listed, listed); }, [listed.version]);
  const reload = async () => {
    try {
      const now = kind.single ? await get(`${kind.path}/${encodeURIComponent(id)}`) : /** @type {Entry[]} */ (await all(kind.path)).find((e) => idOf(e) === id);
      if (now) { stand(/** @type {Entry} */ (now), /** @type {Entry} */ (now)); failure.value = null; }
    } catch (f) { failure.value = /** @type {Failure} */ (f); }
  };
  const save = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const entry = kind.finish ? kind.finish(draft.value, entries) : draft.value;
    const wrong = kind.check?.(entry);
    if (wrong?.size) { refuse(new Failure({ kind: 'invalid', fields: wrong })); return; }
    busy.value = true;
    try {
      const saved = /** @type {Entry | null} */ (await put(`${kind.path}/${encodeURIComponent(idOf(entry))}`, entry, id === NEW ? 0 : base.value.version));
      /** @type {Entry} */ const next = saved?.version ? saved : { ...entry, version: base.value.version + 1 };
      stand(next, next);
      failure.value = null;
      say(t('form.saved', { name: String(next.name ?? idOf(next)) }));
      onSaved();
      if (id === NEW) go(address(kind, idOf(next)), { replace: true });
      requestAnimationFrame(() => { if (lost()) title.current?.focus(); });
    } catch (f) { refuse(f instanceof Failure ? f : new Failure({ kind: 'broken' })); }
    busy.value = false;
  };
  const refuse = (/** @type {Failure} */ f) => {
    failure.value = f;
    requestAnimationFrame(() => take(box.current?.querySelector('.summary, .callout.bad')));
  };
  const f = failure.value;
  /** @type {Form} */
  const form = { document: draft.value, fields: f?.fields ?? new Map(), refused: Boolean(f?.status), locked: busy.value || !can(kind.right), labels: labels.current, change: (pointer, value) => stand(base.peek(), at(draft.peek(), pointer, value)) };
  return html`<form class="form editor" ref=${box} onSubmit=${save} novalidate>
    <header><a class="btn quiet back" href=${kind.page}><${Icon} name="arrow-left" />${t('action.back')}</a><h2 tabindex="-1" ref=${title}>${id === NEW ? t(`${kind.part}.new`) : draft.value.name || id}</h2></header>
    ${f?.kind === 'stale' ? html`<div class="callout bad" role="alert" tabindex="-1"><${Icon} name="history" /><p><b>${t('form.stale')}</b> ${t('form.stale_what')}</p><button type="button" onClick=${reload}>${t('form.reload')}</button></div>`
      : html`<${Refused} failure=${f} />`}
    <${Summary} form=${form} />
    ${kind.Body({ form, entry: draft.value, saved: id !== NEW, kept: base.value })}
    ${can(kind.right) && html`<footer><button type="button" disabled=${!dirty || busy.value} onClick=${() => { stand(base.value, base.value); failure.value = null; }}>${t('form.undo')}</button>
      <button type="submit" class="primary" disabled=${!dirty || busy.value}>${t(busy.value ? 'form.saving' : 'form.save')}</button></footer>`}
    <p class="small muted">${id === NEW ? '' : t('form.version', { n: base.value.version })}</p></form>`;
}

/** A heading with a button that adds an entry to a list of the form. @param {{title: string, add: string, onAdd: () => void, locked: boolean, children?: unknown}} props */
export const ListOf = ({ title, add, onAdd, locked, children }) =>
  html`<section class="list-of"><h3>${title}</h3>${children}${!locked && html`<button type="button" onClick=${onAdd}><${Icon} name="plus" />${add}</button>`}</section>`;

/** The head of one boxed entry of a list: what it is, and what can be done to it as a whole. @param {{title: string, children?: unknown}} props */
export const BoxHead = ({ title, children }) => html`<div class="tools"><h4>${title}</h4>${children}</div>`;

/** @param {{label: string, onRemove: () => void, locked: boolean}} props */
export const Remove = ({ label, onRemove, locked }) =>
  locked ? null : html`<button type="button" class="quiet square remove" aria-label=${label} title=${label} onClick=${onRemove}><${Icon} name="trash-2" /></button>`;

/** @param {{label: string, locked: boolean, onUp?: () => void}} props */
export const Up = ({ label, locked, onUp }) =>
  locked || !onUp ? null : html`<button type="button" class="quiet square" aria-label=${label} title=${label} onClick=${onUp}><${Icon} name="chevron-down" class="up" /></button>`;
