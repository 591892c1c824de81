// What the desk counts, as a signal that changes only when a number does.
import { effect, signal } from '../../vendor/ui.js';
import { second } from '../../rules/clock.js';
import { same } from '../../rules/form.js';
import { figures } from '../../rules/incidents.js';
import { board, changes } from '../../edge/live.js';
import { me } from '../../edge/session.js';

export const tally = signal(figures([], 0));

effect(() => {
  void changes.value;
  const next = figures(board.open, second.value, me.value?.person.id);
  if (!same(next, tally.peek())) tally.value = next;
});
