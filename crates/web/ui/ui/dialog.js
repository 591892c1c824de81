// A dialog of the browser's own: Escape closes, focus returns. A modal one keeps the focus inside; one that is not leaves
// in reach what stands above its shade: the help button, and nothing under it.
import { html, useId, useLayoutEffect, useRef } from '../vendor/ui.js';
import { t } from '../rules/text.js';
import { refuge, take } from './focus.js';
import { Icon } from './icon.js';

/** What is under the shade of a dialog that is not modal. */
const UNDER = '.floor, .top > :not(dialog, .shade)';

/** @param {{title: string, onClose: () => void, children?: unknown, class?: string, modal?: boolean}} props */
export function Dialog({ title, onClose, children, class: more = '', modal = true }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  // What it covers is covered and free again with it, in one piece: after the next frame would be too late for a key.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const under = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(UNDER));
    const escape = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); box.current?.close(); } };
    if (modal) box.current?.showModal();
    else { for (const e of under) e.inert = true; box.current?.show(); addEventListener('keydown', escape, true); }
    /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('.inside > :not(header) :is(select, input, textarea, button)'))?.focus();
    return () => {
      removeEventListener('keydown', escape, true);
      if (!modal) for (const e of under) e.inert = false;
      queueMicrotask(() => { if (!document.activeElement?.closest('dialog') && !take(before)) refuge(); }); // this dialog is gone by then; the next one keeps the focus
    };
  }, []);
  return html`${!modal && html`<div class="shade" onClick=${() => box.current?.close()}></div>`}<dialog class=${`dialog ${more}`} ref=${box} aria-labelledby=${id} onClose=${onClose}
    onClick=${(/** @type {MouseEvent} */ e) => { if (e.target === box.current) box.current?.close(); }}>
    <div class="inside"><header><h2 id=${id}>${title}</h2>
      <button type="button" class="quiet square" aria-label=${t('action.close_window')} onClick=${() => box.current?.close()}><${Icon} name="x" /></button></header>
    ${children}</div></dialog>`;
}
