// Listens while the desk is open: counts alarms, notices a flood, sounds what is due, tells a hidden window.
import { effect, signal } from '../../vendor/ui.js';
import { Alarm } from '../../rules/alarm.js';
import { now } from '../../rules/clock.js';
import { AlarmRate, WINDOW_MS } from '../../rules/flood.js';
import { waiting } from '../../rules/sla.js';
import { name, t } from '../../rules/text.js';
import { pages } from '../../edge/api.js';
import { board, loaded, onEvent } from '../../edge/live.js';
import { wire } from '../../edge/wire.js';
import { began, notify } from '../../edge/shift.js';
import { sound } from '../../edge/sound.js';
import { urgent } from '../say.js';

/** What is sounded and what is silenced; one for the tab, so that leaving the desk for an incident changes nothing. */
export const alarm = signal(new Alarm());
/** Alarms of the last ten minutes. */
export const rate = signal({ n: 0, flood: false });

const counted = new AlarmRate();
const LOOK_MS = 500;
let watching = false;

/** Begins once per tab and stays. */
export function watch() {
  if (watching) return;
  watching = true;
  onEvent(({ incident, kind }) => {
    if (!incident || !counted.hear(incident, now())) return;
    if (!waiting(incident)) return;
    alarm.value.raise(incident.priority);
    if (incident.priority === 1 && kind !== 'incident.delivery') announce(incident);
  });
  effect(() => { if (loaded.value.done) untold(); });
  void before().catch(() => undefined);
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

/** Counts the alarms of the minutes before this tab was opened, those already taken too. */
async function before() {
  const since = new Date(now() - WINDOW_MS).toISOString();
  await pages(`/incidents?since=${encodeURIComponent(since)}`, (/** @type {import('../../rules/contract.d.ts').Summary[]} */ items) => {
    for (const s of items) counted.hear(s, now());
  });
}

/** @param {import('../../rules/contract.d.ts').Summary} s */
function announce(s) {
  const words = { what: name('category', s.category), where: s.site_name };
  urgent.value = t('urgent', words);
  notify(t('urgent', words), t('urgent_body', { reference: s.reference }), s.id);
}

function look() {
  const at = now();
  const { n, flood } = counted.count(at);
  if (n !== rate.peek().n || flood !== rate.peek().flood) rate.value = { n, flood };
  const due = alarm.peek().due(board.open, flood, at);
  if (due && began.peek()) sound(due);
  if (urgent.peek() && !board.open.some((s) => s.priority === 1 && waiting(s))) urgent.value = '';
}
