// What the server would never take, with its reason, until somebody has read it.
import { html, useEffect, useSignal } from '../../vendor/ui.js';
import { now } from '../../rules/clock.js';
import { dated } from '../../rules/time.js';
import { t } from '../../rules/text.js';
import { forget, refusals, waiting } from '../../edge/outbox.js';
import { Icon } from '../icon.js';

export function Refused() {
  const list = useSignal(/** @type {import('../../rules/outbox.js').Item[]} */ ([]));
  useEffect(() => { void refusals().then((r) => { list.value = r; }); }, [waiting.value.refused]);
  return html`${list.value.map((i) => html`<div key=${i.key} class="callout bad" role="alert"><${Icon} name="circle-x" /><p><b>${t('outbox.refused', { what: i.title, time: dated(i.at, now()) })}</b> ${i.kind === 'panic' && t('outbox.call')} ${i.refused}</p>
    <button type="button" onClick=${() => { list.value = list.value.filter((x) => x.key !== i.key); void forget(i.key); }}>${t('action.understood')}</button></div>`)}`;
}
