// Reads the open incidents again by itself for as long as that fails.
import { useEffect } from '../vendor/ui.js';
import { loaded, loadOpen } from '../edge/live.js';

/** The wait before it is tried again. */
const AGAIN_MS = 5000;

/** For a page that shows them. */
export function useRetry() {
  useEffect(() => {
    if (!loaded.value.failure) return undefined;
    const timer = setTimeout(() => void loadOpen(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [loaded.value]);
}
