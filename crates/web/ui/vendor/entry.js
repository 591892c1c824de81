// What the browser app uses of Preact, htm and signals. `vendor/build.sh` bundles it into `ui.js`.
import { h } from 'preact';
import htm from 'htm';

export { h, render, Fragment, createContext, Component } from 'preact';
export { useEffect, useLayoutEffect, useRef, useMemo, useId, useCallback } from 'preact/hooks';
export { signal, computed, effect, batch, untracked, useSignal, useComputed, useSignalEffect } from '@preact/signals';
export const html = htm.bind(h);
