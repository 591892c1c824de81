// A modal dialog of the browser's own: focus stays inside, Escape closes, focus returns.
import { html, useEffect, useId, useRef } from '../vendor/ui.js';
import { t } from '../rules/text.js';
import { refuge, take } from './focus.js';
import { Icon } from './icon.js';

/** @param {{title: string, onClose: () => void, children?: unknown, class?: string}} props */
export function Dialog({ title, onClose, children, class: more = '' }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('.inside > :not(header) :is(select, input, textarea, button)'))?.focus();
    return () => { if (!take(before)) refuge(); };
  }, []);
  return html`<dialog class=${`dialog ${more}`} ref=${box} aria-labelledby=${id} onClose=${onClose}
    onClick=${(/** @type {MouseEvent} */ e) => { if (e.target === box.current) box.current?.close(); }}>
    <div class="inside"><header><h2 id=${id}>${title}</h2>
      <button type="button" class="quiet square" aria-label=${t('action.close_window')} onClick=${() => box.current?.close()}><${Icon} name="x" /></button></header>
    ${children}</div></dialog>`;
}
