// Reading something from the server into a component: data, failure, and reading again.
import { useCallback, useEffect, useRef, useSignal } from '../vendor/ui.js';
import { wire } from '../edge/wire.js';

/**
 * @template T @param {(signal: AbortSignal) => Promise<T>} read @param {unknown[]} on reads again when one of these changes
 * @returns {{data: T | null, failure: unknown, loading: boolean, again: () => void, set: (data: T) => void}}
 */
export function useLoad(read, on) {
  const state = useSignal(/** @type {{data: T | null, failure: unknown, loading: boolean}} */ ({ data: null, failure: null, loading: true }));
  const running = useRef(/** @type {AbortController | null} */ (null));
  const latest = useRef(read);
  latest.current = read;
  const again = useCallback(() => {
    running.current?.abort();
    const mine = (running.current = new AbortController());
    state.value = { ...state.peek(), loading: true };
    latest.current(mine.signal).then(
      (data) => { if (!mine.signal.aborted) state.value = { data, failure: null, loading: false }; },
      (failure) => { if (!mine.signal.aborted) state.value = { data: state.peek().data, failure, loading: false }; },
    );
  }, []);
  useEffect(() => { again(); return () => running.current?.abort(); }, on);
  useEffect(() => {
    if (wire.value.state === 'live' && /** @type {{kind?: string} | null} */ (state.peek().failure)?.kind === 'offline') again();
  }, [wire.value.state]);
  const set = useCallback((/** @type {T} */ data) => { state.value = { data, failure: null, loading: false }; }, []);
  return { ...state.value, again, set };
}
