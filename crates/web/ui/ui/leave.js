// The question before signing out: a sign-in link may work only once, and what is not sent yet stays here.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { Failure } from '../rules/problem.js';
import { t } from '../rules/text.js';
import { own, waiting } from '../edge/outbox.js';
import { leave, me } from '../edge/session.js';
import { typed } from '../edge/typed.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';

/** @param {{modal: boolean, onClose: () => void}} props */
export function Leave({ modal, onClose }) {
  const busy = useSignal(false);
  const wrong = useSignal('');
  const who = me.value?.person;
  useEffect(() => { own(who?.id ?? ''); }, []); // what can be sent now is sent before anybody leaves
  const out = async () => {
    busy.value = true;
    try { await leave(); } catch (failure) {
      wrong.value = failure instanceof Failure && failure.kind !== 'offline' ? failure.detail || failure.title : t('out.offline');
      busy.value = false;
    }
  };
  const n = waiting.value.waiting;
  const lost = typed();
  return html`<${Dialog} title=${t('out.title', { name: who?.name ?? '' })} modal=${modal} onClose=${onClose}>
    <p>${t('out.why')}</p>
    ${n > 0 && html`<p class="callout bad" role="status"><${Icon} name="triangle-alert" />${t('out.kept', { n })}</p>`}
    ${lost && html`<p class="callout bad" role="status"><${Icon} name="triangle-alert" />${t('out.typed')}</p>`}
    ${wrong.value && html`<p class="callout bad" role="alert"><${Icon} name="wifi-off" />${wrong.value}</p>`}
    <div class="form"><footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
      <button type="button" class=${lost ? 'danger' : 'primary'} disabled=${busy.value} onClick=${out}>${t(lost ? 'out.typed_sure' : 'action.sign_out')}</button></footer></div><//>`;
}
