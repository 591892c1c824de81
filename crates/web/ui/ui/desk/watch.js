// Listens while the desk is open: counts alarms, notices a flood, sounds what is due, tells a hidden window.
import { effect, signal } from '../../vendor/ui.js';
import { Alarm } from '../../core/alarm.js';
import { now, second } from '../../core/clock.js';
import { AlarmRate } from '../../core/flood.js';
import { waiting } from '../../core/sla.js';
import { name, t } from '../../core/text.js';
import { board, changes, onEvent } from '../../edge/live.js';
import { wire } from '../../edge/wire.js';
import { began, notify } from '../../edge/shift.js';
import { sound } from '../../edge/sound.js';
import { urgent } from '../say.js';

/** What is sounded and what is silenced; one for the tab, so that leaving the desk for an incident changes nothing. */
export const alarm = signal(new Alarm());
/** Alarms of the last ten minutes. `fresh`: all of them were seen by this tab. */
export const rate = signal({ n: 0, flood: false, fresh: false });

const counted = new AlarmRate();
const LOOK_MS = 500;
let watching = false;
const since_ms = now();

/** Begins once per tab and stays. */
export function watch() {
  if (watching) return;
  watching = true;
  onEvent(({ incident, kind }) => {
    if (!incident || !counted.hear(incident, now())) return;
    alarm.value.raise(incident.priority);
    if (incident.priority === 1 && kind !== 'incident.delivery') announce(incident);
  });
  effect(() => { void changes.value; untold(); });
  let was = '';
  effect(() => {
    const { state } = wire.value;
    if (state === 'lost' && was === 'live') alarm.peek().raise(2); // a stream that fails is itself an alarm
    was = state;
  });
  setInterval(look, LOOK_MS);
}

/** Counts what lists brought, without sounding it as new: it was there before. */
function untold() {
  const at = now();
  for (const s of board.open) counted.hear(s, at);
}

/** @param {import('../../core/contract.d.ts').Summary} s */
function announce(s) {
  const words = { what: name('category', s.category), where: s.site_name };
  urgent.value = t('urgent', words);
  notify(t('urgent', words), t('urgent_body', { reference: s.reference }), s.id);
}

function look() {
  const at = now();
  const { n, flood } = counted.count(at);
  const before = rate.peek();
  const fresh = at - since_ms > 600_000;
  if (n !== before.n || flood !== before.flood || fresh !== before.fresh) rate.value = { n, flood, fresh };
  const due = alarm.peek().due(board.open, flood, at);
  if (due && began.peek()) sound(due);
  if (urgent.peek() && !board.open.some((s) => s.priority === 1 && waiting(s))) urgent.value = '';
  void second;
}
