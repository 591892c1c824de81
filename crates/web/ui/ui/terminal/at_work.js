// Who is at work, at the shared terminal: a colleague comes or goes, and the help button stays in reach.
import { html } from '../../vendor/ui.js';
import { t } from '../../rules/text.js';
import { Dialog } from '../dialog.js';
import { OnShift } from '../on_shift.js';

/** @param {{onClose: () => void}} props */
export const AtWork = ({ onClose }) => html`<${Dialog} title=${t('at_work.title')} modal=${false} onClose=${onClose}><${OnShift} open /><//>`;
