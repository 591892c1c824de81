// Notes what a form holds that is neither sent nor saved, for as long as the form stands.
import { useEffect } from '../vendor/ui.js';
import { keep } from '../edge/typed.js';

/** @param {string} place @param {boolean} unsent */
export function useUnsent(place, unsent) {
  useEffect(() => { keep(place, unsent); return () => keep(place, false); }, [place, unsent]);
}
