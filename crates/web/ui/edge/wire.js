// How alive the event stream is, for everything that shows it; kept true by edge/live.js, which is fetched later.
import { signal } from '../vendor/ui.js';
import { condition } from '../rules/stream.js';

export const wire = signal(condition({ open: false, heard_ms: 0, failed: false }, Date.now()));
