// The chosen incident beside the queue: all that is needed to decide, without leaving the desk.
import { html, useEffect, useLayoutEffect, useRef } from '../../vendor/ui.js';
import { waiting } from '../../rules/sla.js';
import { beside, name, t } from '../../rules/text.js';
import { act } from '../../edge/api.js';
import { can } from '../../edge/session.js';
import { Actions, Key } from '../incident/actions.js';
import { ContextPart } from '../incident/context.js';
import { IncidentHead } from '../incident/head.js';
import { Numbers } from '../incident/numbers.js';
import { Comments, Reasons, Said, Steps, Timeline } from '../incident/parts.js';
import { Reached } from '../incident/reached.js';
import { useIncident } from '../incident/whole.js';
import { Left } from '../deadline.js';
import { lost, refuge, take } from '../focus.js';
import { Icon } from '../icon.js';
import { Priority } from '../priority.js';
import { Empty, Failed, Loading } from '../states.js';

/** @typedef {import('../../rules/flood.js').GroupRow} GroupRow */

/** Walking through the queue with `j` reads only where it rests. */
const REST_MS = 120;
/** An incident counts as seen when it has been looked at this long. */
const SEEN_AFTER_MS = 1000;

/** @type {Set<string>} */ const told = new Set();

/** Where the pane takes the place of the queue. */
const instead = matchMedia('(max-width: 67.99rem)');

/** @param {{id: string | null, group: GroupRow | null, open: boolean, quiet: boolean, onPick: (id: string) => void, onAll: (group: GroupRow) => void, onClose: () => void}} props `quiet` when there is nothing to choose from */
export function Pane({ id, group, open, quiet, onPick, onAll, onClose }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => { if (open && instead.matches && !take(box.current?.querySelector('h2'))) take(box.current?.querySelector('.back')); }, [open, id]);
  const shown = id || group;
  return html`<aside ref=${box} class=${`pane ${shown ? 'open' : ''}`} aria-label=${t('pane.label')}>
    ${shown && html`<button type="button" class="quiet back" onClick=${onClose}><${Icon} name="arrow-left" />${t('action.back')}</button>`}
    ${id ? html`<${Chosen} key=${id} id=${id} />` : group ? html`<${Together} group=${group} onPick=${onPick} onAll=${onAll} />` : quiet ? null
      : html`<${Empty} icon="list" title=${t('pane.none')}><p class="muted">${t('pane.none_hint')}</p><//>`}</aside>`;
}

/** What a row of the flood view stands for. @param {{group: GroupRow, onPick: (id: string) => void, onAll: (group: GroupRow) => void}} props */
function Together({ group, onPick, onAll }) {
  const all = useRef(/** @type {HTMLElement | null} */ (null));
  const held = all.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => { if (held && lost()) refuge(); });
  return html`<header class="incident-head"><h2 tabindex="-1">${group.name}</h2><p class="muted">${t('group.list', { n: group.incidents.length })}${group.waiting === 0 ? ` ${t('group.keys', { n: 0 })}` : ''}</p></header>
    ${group.waiting > 0 && can('acknowledge') && html`<p class="actions" ref=${all}><button type="button" class="primary" onClick=${() => onAll(group)}><${Icon} name="check" />${t('group.acknowledge', { n: group.waiting })}<${Key} of=${`${t('key.shift')} A`} /></button></p>`}
    <ul class="together">${group.incidents.map((s) => html`<li key=${s.id}><button type="button" class="quiet" onClick=${() => onPick(s.id)}><${Priority} priority=${s.priority} /><span>${beside(name('category', s.category), name('area', s.area))}</span><${Left} incident=${s} /></button></li>`)}</ul>`;
}

/** @param {{id: string}} props */
function Chosen({ id }) {
  const { incident, summary, failure, again } = useIncident(id, REST_MS);
  useEffect(() => {
    if (!summary || !waiting(summary) || !can('acknowledge') || told.has(id)) return undefined;
    const timer = setTimeout(() => { told.add(id); void act(id, 'seen').catch(() => told.delete(id)); }, SEEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [id, Boolean(summary)]);
  if (!summary) return failure ? html`<${Failed} failure=${failure} again=${again} />` : html`<${Loading} />`;
  return html`<${IncidentHead} summary=${summary} linked />
    <${Actions} incident=${summary} />
    ${incident ? html`<${Numbers} incident=${incident} summary=${summary} /><${Said} incident=${incident} /><${Reached} incident=${incident} /><${Steps} incident=${incident} summary=${summary} />
        <${Reasons} incident=${incident} /><${ContextPart} incident=${incident} /><${Timeline} incident=${incident} />`
      : failure ? html`<${Failed} failure=${failure} again=${again} />` : html`<${Loading} rows=${8} />`}
    <${Comments} incident=${summary} comments=${incident?.comments} onSent=${again} />`;
}
