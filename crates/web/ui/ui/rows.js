// A list of any length of which only the rows on the screen exist. All rows have the same height.
import { html, useEffect, useLayoutEffect, useRef, useSignal } from '../vendor/ui.js';
import { reveal, visible } from '../rules/rows.js';

/**
 * @template {{id: string}} T
 * @param {{rows: T[], selected: string | null, row_px: number, label: string, columns: string[], draw: (row: T, selected: boolean, index: number) => unknown, onSelect: (row: T) => void, onOpen: (row: T) => void}} props
 */
export function Rows({ rows, selected, row_px, label, columns, draw, onSelect, onOpen }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const top = useSignal(0);
  const height = useSignal(720);
  const index = selected === null ? -1 : rows.findIndex((r) => r.id === selected);

  useEffect(() => {
    const watch = new ResizeObserver(() => { if (box.current) height.value = room(box.current); });
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || index < 0) return;
    const to = reveal(index, element.scrollTop, room(element), row_px);
    if (to !== null) element.scrollTop = to;
  }, [selected, row_px]);

  const { first, last } = visible(rows.length, top.value, height.value, row_px);
  const shown = rows.slice(first, last);
  if (index >= 0 && (index < first || index >= last)) shown.push(rows[index]);
  return html`<div class="grid" role="grid" aria-label=${label} aria-rowcount=${rows.length + 1} aria-activedescendant=${index >= 0 ? `row-${rows[index].id}` : undefined} tabindex="0"
    ref=${box} onScroll=${(/** @type {Event} */ e) => { top.value = /** @type {HTMLElement} */ (e.currentTarget).scrollTop; }}>
    <div class="grid-head" role="row" aria-rowindex="1">${columns.map((c) => html`<span key=${c} role="columnheader">${c}</span>`)}</div>
    <div class="grid-all" role="rowgroup" style=${{ blockSize: `${rows.length * row_px}px` }}>
      ${shown.map((row, i) => {
        const place = first + i < last ? first + i : index;
        return html`<div key=${row.id} id=${`row-${row.id}`} class="grid-row" role="row" aria-rowindex=${place + 2} aria-selected=${row.id === selected ? 'true' : 'false'}
          style=${{ transform: `translateY(${place * row_px}px)`, blockSize: `${row_px}px` }}
          onClick=${() => onSelect(row)} onDblClick=${() => onOpen(row)}>${draw(row, row.id === selected, place)}</div>`;
      })}</div></div>`;
}

/** The height left for rows below the head, which stays in sight. @param {HTMLElement} box */
const room = (box) => box.clientHeight - (/** @type {HTMLElement | null} */ (box.firstElementChild)?.offsetHeight ?? 0);
