// The chosen incident beside the queue: all that is needed to decide, without leaving the desk.
import { html, useEffect } from '../../vendor/ui.js';
import { waiting } from '../../rules/sla.js';
import { t } from '../../rules/text.js';
import { act } from '../../edge/api.js';
import { can } from '../../edge/session.js';
import { Actions } from '../incident/actions.js';
import { ContextPart } from '../incident/context.js';
import { IncidentHead } from '../incident/head.js';
import { Comments, Reasons, Said, Steps, Timeline } from '../incident/parts.js';
import { Reached } from '../incident/reached.js';
import { useIncident } from '../incident/whole.js';
import { Icon } from '../icon.js';
import { Empty, Failed, Loading } from '../states.js';

/** Walking through the queue with `j` reads only where it rests. */
const REST_MS = 120;
/** An incident counts as seen when it has been looked at this long. */
const SEEN_AFTER_MS = 1000;

/** @type {Set<string>} */ const told = new Set();

/** @param {{id: string | null, onClose: () => void}} props */
export function Pane({ id, onClose }) {
  return html`<aside class=${`pane ${id ? 'open' : ''}`} aria-label=${t('pane.label')}>
    ${id ? html`<button type="button" class="quiet back" onClick=${onClose}><${Icon} name="arrow-left" />${t('action.back')}</button><${Chosen} key=${id} id=${id} />`
      : html`<${Empty} icon="list" title=${t('pane.none')}><p class="muted">${t('pane.none_hint')}</p><//>`}</aside>`;
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
    ${incident ? html`<${Said} incident=${incident} /><${Reached} incident=${incident} /><${Steps} incident=${incident} summary=${summary} />
        <${Reasons} incident=${incident} /><${ContextPart} incident=${incident} /><${Timeline} incident=${incident} />`
      : failure ? html`<${Failed} failure=${failure} again=${again} />` : html`<${Loading} rows=${8} />`}
    <${Comments} incident=${summary} comments=${incident?.comments} onSent=${again} />`;
}
