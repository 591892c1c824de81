// The shop floor's terminal: six tiles, a form of chips, the help button that is always there.
import { html, signal, useComputed, useEffect, useSignal } from '../vendor/ui.js';
import { now } from '../rules/clock.js';
import { dated } from '../rules/time.js';
import { beside, series, t } from '../rules/text.js';
import { wire } from '../edge/wire.js';
import { drain, keepTrying, own, refusals, submit, waiting } from '../edge/outbox.js';
import { can, learnTemplates, me, renew, templates } from '../edge/session.js';
import { device } from '../edge/settings.js';
import { choose, learnSite, site } from '../edge/site.js';
import { words } from '../edge/words.js';
import { Icon, categoryIcon } from '../ui/icon.js';
import { go, search } from '../ui/place.js';
import { say, sayFailure } from '../ui/say.js';
import { SignOut } from '../ui/sign_out.js';
import { Failed, Forbidden, Loading } from '../ui/states.js';
import { HoldForHelp } from '../ui/terminal/hold.js';

/** @typedef {import('../rules/contract.d.ts').Template} Template */
/** @typedef {import('../rules/contract.d.ts').Filed} Filed */

/** How many tiles stand on the first page. */
const TILES = 6;
/** How many of the others are named on what holds them. */
const NAMED = 3;
/** What a question may ask that comes before all else, the worst last. */
const ALARMING = ['violence', 'weapon', 'injury'];
let trying = false;
/** Form, sent page, help page, settings and last reports: fetched right after the first screen stands. */
const later = signal(/** @type {typeof import('../ui/terminal/later.js') | null} */ (null));

export function Page() {
  const failure = useSignal(/** @type {unknown} */ (null));
  const ready = useSignal(false);
  const call = useSignal(/** @type {import('../ui/terminal/help.js').Call | null} */ (null));
  const sent = useSignal(/** @type {import('../ui/terminal/sent.js').Sent | null} */ (null));
  const dialog = useSignal(/** @type {'' | 'AtWork' | 'Settings'} */ (''));
  const filed = useSignal(0);
  const online = useComputed(() => wire.value.state !== 'lost');
  const learn = () => { void learnTemplates().then(() => { failure.value = null; ready.value = true; }, (f) => { failure.value = f; }); };
  useEffect(() => {
    document.documentElement.dataset.density = 'touch';
    if (!trying) { trying = true; keepTrying(); }
    own(me.value?.person.id ?? '');
    learn();
    void navigator.storage?.persist?.();
    if (!later.value) void Promise.all([import('../ui/terminal/later.js'), words('en.next.json'), words('en.shop.json')]).then(([parts]) => { later.value = parts; }, (f) => { failure.value = f; });
    return () => { delete document.documentElement.dataset.density; };
  }, []);
  useEffect(() => { void learnSite(); }, [me.value]);
  useEffect(() => { if (wire.value.state === 'live') void drain(); }, [wire.value.state]);
  useEffect(() => {
    void refusals().then((list) => {
      const why = list.find((i) => i.key === sent.value?.key);
      if (why && sent.value) sent.value = { ...sent.value, refused: why.refused ?? '' };
    });
  }, [waiting.value.refused]);
  const who = me.value;
  if (!who) return html`<${Loading} />`;
  if (!can('report') && !can('panic')) return html`<div class="page"><h1>${t('page.terminal')}</h1><${Forbidden} right="report" /></div>`;

  const here = site.value;
  const template = templates.value.find((x) => x.category === new URLSearchParams(search.value).get('report'));
  const home = () => { sent.value = null; call.value = null; go('/terminal', { replace: true }); };
  const send = async (/** @type {Record<string, unknown>} */ body, /** @type {string} */ title) => {
    const at = new Date(now()).toISOString();
    try {
      const key = await submit({ kind: 'report', path: '/reports', body, at, title: title || template?.name || '' },
        (answer) => { filed.value++; if (sent.value?.key === key || sent.value?.key === '') sent.value = { ...sent.value, filed: answer }; });
      sent.value = { key, at, title, safety: template?.safety ?? '', filed: null, refused: '' };
    } catch (f) { sayFailure(f); }
  };
  const fire = () => {
    if (!here) return;
    dialog.value = '';
    const at = new Date(now()).toISOString();
    call.value = { at, stored: false, id: null, reference: null };
    // Whether it is silent the server decides: what is known of the store here may be old.
    const body = { site: here.id, pressed_at: at, ...place() };
    submit({ kind: 'panic', path: '/panic', body, at, title: t('category.panic') }, (answer) => {
      filed.value++;
      if (call.value?.at === at) call.value = { ...call.value, stored: true, id: answer.incident.id, reference: answer.incident.reference };
    }).then(() => { if (call.value?.at === at) call.value = { ...call.value, stored: true }; }, sayFailure).then(renew);
  };
  const comment = async (/** @type {string} */ text) => {
    const id = sent.value?.filed?.incident.id;
    if (!id) return;
    await submit({ kind: 'note', path: `/incidents/${id}/comment`, body: { text }, at: new Date(now()).toISOString(), title: t('sent.more') });
    say(t(online.value ? 'sent.added' : 'sent.kept'));
  };
  const { Choose, Help, SentPage, ReportForm } = later.value ?? {};
  const Asked = dialog.value && later.value?.[dialog.value];
  const open = !here ? 'choose' : call.value ? 'help' : sent.value ? 'sent' : template ? 'report' : 'home';
  return html`<div class="terminal"><${Top} key=${call.value?.at ?? ''} onSettings=${() => { dialog.value = 'Settings'; }} />
    <div class="floor">${here === undefined || (open !== 'home' && !later.value) ? html`<${Loading} />` : !here ? html`<${Choose} />`
      : open === 'help' && call.value ? html`<${Help} key=${call.value.at} call=${call.value} silent=${here.panic.silent} online=${online.value} onDone=${() => { call.value = null; }} />`
      : open === 'sent' && sent.value ? html`<${SentPage} key=${sent.value.key} sent=${sent.value} online=${online.value} onMore=${comment} onDone=${home} />`
      : template ? html`<${ReportForm} key=${template.category} template=${template} me=${who} site=${here} device=${place().device ?? null} onSend=${send} onBack=${() => go('/terminal')} />`
      : html`<${Home} failure=${failure.value} ready=${ready.value} again=${learn} filed=${filed.value} onAtWork=${() => { dialog.value = 'AtWork'; }} />`}</div>
    ${here && can('panic') && html`<footer class="help-bar">${!who.site && html`<p class="whereto"><span>${t('terminal.help_to', { store: here.name })}</span>
        ${open === 'home' && html`<button type="button" class="quiet" onClick=${() => choose(null)}>${t('terminal.other_store')}</button>`}</p>`}
      <${HoldForHelp} hold_ms=${here.panic.hold_ms} silent=${here.panic.silent} onFire=${fire} /></footer>`}
    ${Asked && html`<${Asked} onClose=${() => { dialog.value = ''; }} />`}</div>`;
}

/** Where this terminal stands, as far as it was told. @returns {{device?: string, area?: string}} */
function place() {
  const found = site.value?.devices.find((d) => d.id === device.value);
  return found ? { device: found.id, ...(found.area ? { area: found.area } : {}) } : {};
}

/** @param {{onSettings: () => void}} props */
function Top({ onSettings }) {
  const who = me.value;
  const here = site.value?.devices.find((d) => d.id === device.value);
  return html`<header class="top"><p class="here"><b>${site.value?.name ?? t('app.name')}</b>${here ? html`<span class="muted">${t('beside')}${here.name}</span>` : ''}</p>
    <${Connection} />
    ${who && who.person.role !== 'clerk' && who.person.role !== 'terminal' && html`<a class="btn quiet" href="/">${t('terminal.leave')}</a>`}
    <button type="button" class="quiet square" aria-label=${t('settings.title')} onClick=${onSettings}><${Icon} name="settings" /></button>${who && html`<${SignOut} Leave=${later.value?.Leave} modal=${false} />`}</header>`;
}

function Connection() {
  const w = waiting.value;
  const lost = wire.value.state === 'lost';
  const state = t(`connection.${wire.value.state}`);
  const whole = beside(state, w.waiting > 0 && t('outbox.waiting', { n: w.waiting, time: dated(w.since ?? '', now()) }));
  return html`<p class=${`connection ${lost ? 'lost' : ''}`} role="status"><${Icon} name=${lost ? 'wifi-off' : w.waiting ? 'send' : 'wifi'} /><span class="whole">${whole}</span>
    <span class="few" aria-hidden="true">${w.waiting ? t('outbox.few', { n: w.waiting }) : state}</span></p>`;
}

/** @param {{failure: unknown, ready: boolean, again: () => void, filed: number, onAtWork: () => void}} props */
function Home({ failure, ready, again, filed, onAtWork }) {
  const all = useSignal(false);
  if (templates.value.length === 0) return failure ? html`<${Failed} failure=${failure} again=${again} />` : ready ? html`<${Failed} failure=${null} again=${again} />` : html`<${Loading} rows=${6} />`;
  const shown = templates.value.filter((x) => x.category !== 'panic');
  const tiles = shown.filter((x) => x.tile).sort((a, b) => (a.tile ?? 0) - (b.tile ?? 0)).slice(0, TILES);
  const alarming = (/** @type {Template} */ x) => x.questions.reduce((sum, q) => sum + ALARMING.indexOf(q.flag ?? '') + 1, 0);
  const rest = shown.filter((x) => !tiles.includes(x)).sort((a, b) => alarming(b) - alarming(a));
  return html`<h1>${t('terminal.what')}</h1>
    <div class="tiles">${tiles.map((x) => html`<${Tile} key=${x.category} template=${x} />`)}</div>
    ${rest.length > 0 && html`<details class="rest" open=${all.value} onToggle=${(/** @type {{currentTarget: HTMLDetailsElement}} */ e) => { all.value = e.currentTarget.open; }}><summary>${t('terminal.rest', { names: series(rest.slice(0, NAMED).map((x) => x.name)) })}<${Icon} name="chevron-down" /></summary>
      <div class="tiles small">${rest.map((x) => html`<${Tile} key=${x.category} template=${x} />`)}</div></details>`}
    ${later.value && html`<${later.value.Refused} /><${later.value.Last} site=${site.value?.id ?? ''} again=${filed} onAtWork=${onAtWork} />`}`;
}

/** @param {{template: Template}} props */
const Tile = ({ template: x }) => html`<a class="tile" href=${`/terminal?report=${x.category}`} data-category=${x.category}><${Icon} name=${categoryIcon(x.category)} /><span>${x.name}</span></a>`;
