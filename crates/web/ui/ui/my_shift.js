// One's own shift: one button starts it and ends it. What a rota says stands beside it and is not touched.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { t } from '../rules/text.js';
import { post } from '../edge/api.js';
import { onEvent } from '../edge/live.js';
import { can, me, renew } from '../edge/session.js';
import { Icon } from './icon.js';
import { sayFailure } from './say.js';

/** Whether somebody's shift was started here, and may be ended here. @param {string} id */
export const started = (id) => (me.value?.on_shift ?? []).some((p) => p.id === id && p.sources?.includes('outcry'));

/** Starts the shift of somebody in one's store, or ends it; either way it is known afterwards who is at work. @param {string} id */
export async function change(id) {
  const path = `/sites/${encodeURIComponent(me.value?.site?.id ?? '')}/shifts`;
  try {
    await (started(id) ? post(`${path}/${encodeURIComponent(id)}/end`, {}) : post(path, { person: id }));
  } finally { await renew(); }
}

/** Who is at work is read again when somebody comes or goes. */
function useShifts() {
  useEffect(() => onEvent((e) => { if (e.kind === 'organisation.shift') void renew(); }), []);
}

export function MyShift() {
  const busy = useSignal(false);
  useShifts();
  const who = me.value;
  if (!who?.site || !can('shift')) return null;
  const on = started(who.person.id);
  const press = async () => { busy.value = true; await change(who.person.id).catch(sayFailure); busy.value = false; };
  return html`<button type="button" data-shift=${on ? 'on' : 'off'} disabled=${busy.value} onClick=${() => void press()}><${Icon} name=${on ? 'log-out' : 'clock'} />${t(on ? 'my_shift.end' : 'my_shift.start')}</button>`;
}
