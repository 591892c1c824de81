// The states every list has besides its content: waiting, empty, failed, cut off, not allowed.
import { html, useEffect, useSignal } from '../vendor/ui.js';
import { Failure } from '../rules/problem.js';
import { name, t } from '../rules/text.js';
import { Icon } from './icon.js';

/** Nothing is shown for the first moment, so that fast answers do not flicker. */
const SKELETON_AFTER_MS = 300;

/** @param {{rows?: number}} props */
export function Loading({ rows = 5 }) {
  const slow = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => { slow.value = true; }, SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<div class="skeleton" role="status"><span class="vh">${t('state.loading')}</span>
    ${slow.value && Array.from({ length: rows }, (_, i) => html`<i key=${i} aria-hidden="true"></i>`)}</div>`;
}

/** @param {{title: string, children?: unknown, icon?: string}} props */
export function Empty({ title, children, icon = 'inbox' }) {
  return html`<div class="state"><${Icon} name=${icon} /><p class="lead">${title}</p>${children}</div>`;
}

/** What went wrong, why, and what now. @param {{failure: unknown, again?: () => void}} props */
export function Failed({ failure, again }) {
  const f = failure instanceof Failure ? failure : new Failure({ kind: 'broken' });
  const absent = f.kind === 'absent';
  if (f.kind === 'forbidden') return html`<${Forbidden} detail=${f.detail} />`;
  return html`<div class="state" role="alert"><${Icon} name=${f.kind === 'offline' ? 'wifi-off' : 'circle-x'} />
    <p class="lead">${absent ? t('fail.absent') : f.title || t(`fail.${f.kind}`)}</p>
    <p>${absent ? t('fail.absent_detail') : f.detail || t(`fail.${f.kind}_detail`)}</p>
    ${f.kind === 'signed_out' && html`<p><a href="/">${t('fail.sign_in')}</a></p>`}
    ${absent && html`<${Home} />`}
    ${again && f.kind !== 'signed_out' && !absent && html`<p><button type="button" onClick=${again}>${t('fail.again')}</button></p>`}
    ${f.request_id && html`<p class="small">${t('fail.request', { id: f.request_id })}</p>`}</div>`;
}

/** Names the right that is missing and who can give it. @param {{right?: string, detail?: string}} props */
export function Forbidden({ right, detail }) {
  return html`<div class="state"><${Icon} name="lock" /><p class="lead">${t('fail.forbidden')}</p>
    <p>${right ? t('fail.right_missing', { right: name('right', right) }) : detail}</p>
    <p>${t('fail.forbidden_detail')}</p><${Home} /></div>`;
}

/** The way on from where nothing is to be done: the server knows the start page of each role. */
const Home = () => html`<p><a class="btn" href="/">${t('fail.home')}</a></p>`;
