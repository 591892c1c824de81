// The buttons of an incident: the one that moves it on first, the rest quieter; a right that is missing is not offered.
import { html, useLayoutEffect, useRef } from '../../vendor/ui.js';
import { ended, waiting } from '../../rules/sla.js';
import { t } from '../../rules/text.js';
import { can } from '../../edge/session.js';
import { shortcuts } from '../../edge/settings.js';
import { lost, refuge, take } from '../focus.js';
import { Icon } from '../icon.js';
import { perform } from './act.js';
import { ask } from './dialogs.js';

/** @typedef {import('../../rules/contract.d.ts').Summary} Summary */
/** @typedef {import('../../rules/contract.d.ts').Right} Right */
/** @typedef {{id: string, key?: string, icon: string, primary?: boolean, run: () => void}} Action */

/** What may be done now, the most useful first. @param {Summary} s @returns {Action[]} */
export function actions(s) {
  const open = !ended(s);
  /** @type {(Action | false)[]} */
  const all = [
    open && waiting(s) && can('acknowledge') && { id: 'acknowledge', key: 'A', icon: 'check', run: () => void perform(s, 'acknowledge') },
    s.state === 'acknowledged' && can('respond') && { id: 'respond', icon: 'footprints', run: () => void perform(s, 'respond') },
    open && waiting(s) && can('escalate') && { id: 'escalate', key: 'E', icon: 'arrow-up-right', run: () => ask('escalate', s) },
    open && can('resolve') && { id: 'resolve', key: 'R', icon: 'circle-check', run: () => ask('resolve', s) },
    s.state === 'resolved' && can('close') && { id: 'close', icon: 'check-check', run: () => void perform(s, 'close') },
    open && !waiting(s) && can('escalate') && { id: 'escalate', key: 'E', icon: 'arrow-up-right', run: () => ask('escalate', s) },
    open && can('override') && { id: 'override', key: 'V', icon: 'pencil', run: () => ask('override', s) },
    open && can('reassign') && { id: 'reassign', icon: 'users', run: () => ask('reassign', s) },
    open && can('merge') && { id: 'merge', icon: 'merge', run: () => ask('merge', s) },
    s.state === 'merged' && can('merge') && { id: 'unmerge', icon: 'undo-2', run: () => void perform(s, 'unmerge') },
    open && can('false_alarm') && { id: 'false_alarm', icon: 'bell-off', run: () => ask('false_alarm', s) },
    open && s.category !== 'panic' && can('withdraw') && { id: 'withdraw', icon: 'undo-2', run: () => ask('withdraw', s) },
  ];
  return all.filter((a) => a !== false);
}

/** Runs the action of a shortcut if it may be done now. @param {Summary} s @param {string} id */
export function run(s, id) {
  const found = actions(s).find((a) => a.id === id);
  found?.run();
  return Boolean(found);
}

/** The first four stand beside each other as far as there is room (styles/office.css decides); the menu holds the rest. */
const BESIDE = 4;

/** What ends an incident without help is never the button that a hurried thumb finds. */
const QUIET = new Set(['withdraw', 'false_alarm', 'merge']);

/** @param {{incident: Summary}} props */
export function Actions({ incident }) {
  const all = actions(incident);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const held = box.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => { if (held && lost() && !take(box.current?.querySelector('button'))) refuge(); });
  if (all.length === 0) return null;
  return html`<div ref=${box} class=${`actions folding of-${Math.min(all.length, BESIDE + 1)} noprint`}>
    ${all.slice(0, BESIDE).map((a, i) => html`<${Button} key=${a.id} action=${a} primary=${i === 0 && !QUIET.has(a.id)} />`)}
    ${all.length > 2 && html`<details class="more" onToggle=${closeElsewhere}><summary class="btn"><span class="word">${t('action.more')}</span><${Icon} name="chevron-down" class="arrow" /><${Icon} name="ellipsis" class="dots" /></summary>
      <div class="menu">${all.map((a) => html`<button key=${a.id} type="button" data-action=${a.id} onClick=${(/** @type {MouseEvent} */ e) => { shut(e); a.run(); }}><${Icon} name=${a.icon} />${t(`action.${a.id}`)}<${Key} of=${a.key} /></button>`)}</div></details>`}
  </div>`;
}

/** @param {{action: Action, primary: boolean}} props */
function Button({ action, primary }) {
  return html`<button type="button" data-action=${action.id} class=${primary ? 'primary' : ''} onClick=${action.run}>
    <${Icon} name=${action.icon} />${t(`action.${action.id}`)}<${Key} of=${action.key} /></button>`;
}

/** @param {{of?: string}} props */
export function Key({ of }) {
  return of && shortcuts.value === 'on' ? html`<kbd aria-hidden="true">${of}</kbd>` : null;
}

/** @param {MouseEvent} e */
const shut = (e) => {
  const details = /** @type {Element} */ (e.currentTarget).closest('details');
  take(details?.querySelector('summary')); // what is asked next gives the focus back to something that is still there
  details?.removeAttribute('open');
};

/** A menu closes when the focus or a press goes elsewhere. @param {{currentTarget: HTMLDetailsElement}} e */
function closeElsewhere({ currentTarget: details }) {
  if (!details.open) return;
  const away = (/** @type {Event} */ e) => {
    if (e instanceof KeyboardEvent ? e.key === 'Escape' : !details.contains(/** @type {Node} */ (e.target))) {
      details.open = false;
      removeEventListener('pointerdown', away, true);
      removeEventListener('keydown', away, true);
    }
  };
  addEventListener('pointerdown', away, true);
  addEventListener('keydown', away, true);
}
