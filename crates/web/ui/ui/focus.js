// Where the focus goes when what had it is gone: never to nowhere.

/** From the nearest to the last: the desk's queue, a chosen incident, the page. */
const REFUGES = ['.grid', '.pane h2', '#main'];

/** Gives the focus to the first of them that is on the screen. */
export function refuge() {
  for (const selector of REFUGES) if (take(document.querySelector(selector))) return;
}

/** Gives an element the focus; false if it is gone or hidden. @param {Element | null | undefined} element */
export function take(element) {
  if (!(element instanceof HTMLElement)) return false;
  element.focus();
  return document.activeElement === element;
}

/** Whether nothing has the focus. */
export const lost = () => document.activeElement === null || document.activeElement === document.body;
