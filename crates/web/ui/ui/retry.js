// Reads the open incidents again by itself for as long as that fails and may help.
import { useEffect, useRef } from '../vendor/ui.js';
import { again_ms } from '../rules/again.js';
import { loaded, loadOpen } from '../edge/live.js';

/** For a page that shows them. */
export function useRetry() {
  const failed = useRef(0);
  useEffect(() => {
    const { failure } = loaded.value;
    const wait_ms = failure ? again_ms(failure, failed.current, Math.random()) : null;
    failed.current = failure ? failed.current + 1 : 0;
    if (wait_ms === null) return undefined;
    const timer = setTimeout(() => void loadOpen(), wait_ms);
    return () => clearTimeout(timer);
  }, [loaded.value]);
}
