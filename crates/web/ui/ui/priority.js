// Priority in shape, label and colour at once; a person who misses one has the others.
import { html } from '../vendor/ui.js';
import { name, t } from '../rules/text.js';

const SHAPES = [
  null,
  html`<path d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2Z" /><path d="M8 4.2v4.6M8 11.2v.6" />`,
  html`<path d="M8 1.6 15 14.2H1Z" /><path d="M8 6v3.6M8 11.6v.6" />`,
  html`<path d="M8 1 15 8l-7 7-7-7Z" />`,
  html`<circle cx="8" cy="8" r="6.6" />`,
];

/** @param {{priority: number | null, long?: boolean}} props */
export function Priority({ priority, long = false }) {
  if (!priority) return html`<span class="sev p0"><span class="vh">${t('priority.none')}</span><span aria-hidden="true">${t(long ? 'priority.none' : 'priority.unknown')}</span></span>`;
  const words = name('priority', String(priority));
  return html`<span class=${`sev p${priority}`}>
    <svg viewBox="0 0 16 16" aria-hidden="true">${SHAPES[priority]}</svg>
    <span>${t('priority.short', { n: priority })}<span class=${long ? '' : 'vh'}> ${words}</span></span></span>`;
}
