// The parts of the terminal that are fetched right after its first screen stands.
export { AtWork } from './at_work.js';
export { Choose } from './choose.js';
export { Leave } from '../leave.js';
export { ReportForm } from './form.js';
export { Help } from './help.js';
export { Last } from './last.js';
export { Refused } from './refused.js';
export { SentPage } from './sent.js';
export { Settings } from './settings.js';
