// What the desk counts, as a signal that changes only when a number does.
import { computed, effect, signal } from '../../vendor/ui.js';
import { second } from '../../rules/clock.js';
import { same } from '../../rules/form.js';
import { figures } from '../../rules/incidents.js';
import { board, changes, loaded } from '../../edge/live.js';
import { me } from '../../edge/session.js';

export const tally = signal(figures([], 0));

effect(() => {
  void changes.value;
  const next = figures(board.open, second.value, me.value?.person.id);
  if (!same(next, tally.peek())) tally.value = next;
});

/** Whether the numbers can be shown: not when what there is could not be read whole. */
export const counted = computed(() => loaded.value.done || (!loaded.value.failure && tally.value.open > 0));
