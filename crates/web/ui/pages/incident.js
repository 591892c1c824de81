// One incident, whole: what was said, what the shop's records say, who was reached, what was done.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { action } from '../rules/keys.js';
import { ended } from '../rules/sla.js';
import { t } from '../rules/text.js';
import { can, learnTemplates } from '../edge/session.js';
import { shortcuts } from '../edge/settings.js';
import { wire } from '../edge/wire.js';
import { Icon } from '../ui/icon.js';
import { Actions, run } from '../ui/incident/actions.js';
import { ContextPart } from '../ui/incident/context.js';
import { Dialogs, ask } from '../ui/incident/dialogs.js';
import { IncidentHead } from '../ui/incident/head.js';
import { Numbers } from '../ui/incident/numbers.js';
import { Comments, Reasons, Said, Steps, Timeline } from '../ui/incident/parts.js';
import { Reached } from '../ui/incident/reached.js';
import { useIncident } from '../ui/incident/whole.js';
import { Help } from '../ui/desk/help.js';
import { page } from '../ui/place.js';
import { Failed, Loading } from '../ui/states.js';

export function Page() {
  const { id } = page.value;
  return html`${id && html`<${Whole} key=${id} id=${id} />`}`;
}

/** @param {{id: string}} props */
function Whole({ id }) {
  const { incident, summary, failure, again } = useIncident(id);
  const help = useSignal(false);
  useEffect(() => { void learnTemplates().catch(() => undefined); }, []);
  useEffect(() => {
    const key = (/** @type {KeyboardEvent} */ e) => {
      const target = e.target instanceof Element ? e.target : null;
      const what = action(e, { typing: Boolean(target?.closest('dialog, input, textarea, select')), on: shortcuts.value === 'on', where: 'incident' });
      if (what === 'help') help.value = true;
      else if (what === 'comment') /** @type {HTMLElement | null} */ (document.querySelector('[data-comment]'))?.focus();
      else if (!what || !summary || !run(summary, what)) return;
      e.preventDefault();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  });
  useEffect(() => { if (summary) document.title = t('app.title', { page: summary.reference }); }, [summary?.reference]);
  if (!summary || !incident) {
    return html`<h1>${t('page.incident')}</h1>${failure ? html`<${Failed} failure=${failure} again=${again} />` : html`<${Loading} rows=${8} />`}`;
  }
  return html`<article class="incident">
    <${IncidentHead} summary=${summary} level=${1} />
    <div class="bar-actions"><${Actions} incident=${summary} />
      ${ended(summary) && !incident.erased && can('erase') && html`<button type="button" class="quiet danger noprint" data-action="erase" onClick=${() => ask('erase', summary)}><${Icon} name="trash-2" /><span class="word">${t('action.erase')}</span></button>`}
      <button type="button" class="quiet noprint" onClick=${() => print()}><${Icon} name="printer" /><span class="word">${t('action.print')}</span></button></div>
    ${failure && html`<p class="callout bad" role="status"><${Icon} name="wifi-off" />${t('incident.old_copy')}</p>`}
    ${wire.value.state === 'lost' && html`<p class="callout" role="status"><${Icon} name="clock" />${t('incident.may_be_old')}</p>`}
    <${Numbers} incident=${incident} summary=${summary} />
    <h2 class="vh">${t('incident.details')}</h2>
    <div class="columns"><div>
        <${Said} incident=${incident} /><${ContextPart} incident=${incident} /><${Timeline} incident=${incident} /></div>
      <div><${Reached} incident=${incident} /><${Steps} incident=${incident} summary=${summary} /><${Reasons} incident=${incident} />
        <${Comments} incident=${summary} comments=${incident.comments} onSent=${again} /></div></div>
    ${help.value && html`<${Help} where="incident" onClose=${() => { help.value = false; }} />`}<${Dialogs} /></article>`;
}
