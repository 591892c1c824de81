// Report templates: what the tile says, what is asked, and the advice after sending.
import { html } from '../vendor/ui.js';
import { add, drop, put, slug } from '../rules/form.js';
import { beside, name, t } from '../rules/text.js';
import { Check, Choice, Long, Text } from '../ui/field.js';
import { Icon, categoryIcon } from '../ui/icon.js';
import { BoxHead, ListOf, Manage, Remove, Up } from '../ui/manage.js';

/** @typedef {import('../ui/field.js').Form} Form */
/** @typedef {import('../rules/contract.d.ts').Template} Template */
/** @typedef {import('../rules/contract.d.ts').Question} Question */

const KINDS = ['choice', 'many', 'number', 'yes_no', 'text'];
const FLAGS = ['weapon', 'injury', 'violence', 'still_here'];

/** @type {import('../ui/manage.js').Kind} */
const kind = {
  path: '/templates', page: '/templates', part: 'template', right: 'edit_templates', key: 'category',
  finish: (template) => ({ ...template, questions: template.questions.map(withIds(template)) }),
  line: (x) => html`<span class="with-icon"><${Icon} name=${categoryIcon(x.category)} /><b>${x.name}</b></span><span class="muted">${beside(x.tile ? t('template.tile_n', { n: x.tile }) : t('template.no_tile'), t('template.questions_n', { n: x.questions.length }))}</span>`,
  Body,
};

/** @param {import('../ui/manage.js').Entry} template @returns {(q: Question) => Question} */
const withIds = (template) => (q) => ({
  ...q,
  id: q.id || slug(q.label, template.questions.map((/** @type {Question} */ x) => x.id)).replaceAll('-', '_'),
  options: q.options.map((o) => ({ ...o, id: o.id || slug(o.label, q.options.map((x) => x.id)).replaceAll('-', '_') })),
});

export const Page = () => html`<${Manage} kind=${kind} />`;

/** @param {{form: Form, entry: import('../ui/manage.js').Entry}} props */
function Body({ form, entry }) {
  const template = /** @type {Template} */ (/** @type {unknown} */ (entry));
  const questions = (/** @type {Template} */ next) => form.change('/questions', next.questions);
  return html`<div class="pair"><${Text} form=${form} at="/name" label=${t('template.name')} /><${Choice} form=${form} at="/tile" label=${t('template.tile')} number none=${t('template.no_tile')} options=${[1, 2, 3, 4, 5, 6].map((n) => [String(n), t('template.tile_n', { n })])} /></div>
    <${Long} form=${form} at="/safety" label=${t('template.safety')} hint=${t('template.safety_hint')} rows=${2} />
    <${ListOf} title=${t('template.questions')} add=${t('template.add_question')} locked=${form.locked}
      onAdd=${() => questions(add(template, '/questions', { id: '', label: '', kind: 'choice', options: [], required: false, flag: null }))}>
      <ol class="rows">${template.questions.map((q, i) => html`<li key=${i} class="boxed"><${BoxHead} title=${t('template.question_n', { n: i + 1 })}>
          <${Up} label=${t('template.up')} locked=${form.locked} onUp=${i ? () => questions(swap(template, i)) : undefined} />
          <${Remove} label=${t('template.remove', { name: q.label })} locked=${form.locked} onRemove=${() => questions(drop(template, '/questions', i))} /><//>
        <${Text} form=${form} at=${`/questions/${i}/label`} label=${t('template.question')} />
        <div class="trio"><${Choice} form=${form} at=${`/questions/${i}/kind`} label=${t('template.kind')} options=${KINDS.map((k) => [k, t(`question.${k}`)])} />
          <${Choice} form=${form} at=${`/questions/${i}/flag`} label=${t('template.flag')} none=${t('template.no_flag')} options=${FLAGS.map((f) => [f, name('flag', f)])} />
          <${Check} form=${form} at=${`/questions/${i}/required`} label=${t('template.required')} /></div>
        ${(q.kind === 'choice' || q.kind === 'many') && html`<${Options} form=${form} template=${template} index=${i} />`}</li>`)}</ol><//>`;
}

/** @param {{form: Form, template: Template, index: number}} props */
function Options({ form, template, index }) {
  const pointer = `/questions/${index}/options`;
  const q = template.questions[index];
  const set = (/** @type {Template} */ next) => form.change('/questions', next.questions);
  return html`<div class="options"><p class="legend">${t('template.options')}</p><ul class="rows tight">${q.options.map((o, j) => html`<li key=${j}><${Text} form=${form} at=${`${pointer}/${j}/label`} label=${t('template.option', { n: j + 1 })} class="bare" />
      <${Remove} label=${t('template.remove', { name: o.label })} locked=${form.locked} onRemove=${() => set(drop(template, pointer, j))} /></li>`)}</ul>
    ${!form.locked && html`<button type="button" onClick=${() => set(add(template, pointer, { id: '', label: '' }))}><${Icon} name="plus" />${t('template.add_option')}</button>`}</div>`;
}

/** The template with a question moved up by one. @param {Template} template @param {number} i */
function swap(template, i) {
  const list = [...template.questions];
  [list[i - 1], list[i]] = [list[i], list[i - 1]];
  return put(template, '/questions', list);
}
