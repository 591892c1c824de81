// Types of the bundle `ui.js`: those of the packages it was made from.
import type { VNode } from 'preact';

export { h, render, Fragment, createContext, Component } from 'preact';
export type { VNode, ComponentChildren, RefObject } from 'preact';
export { useEffect, useLayoutEffect, useRef, useMemo, useId, useCallback } from 'preact/hooks';
export { signal, computed, effect, batch, untracked, useSignal, useComputed, useSignalEffect } from '@preact/signals';
export type { Signal, ReadonlySignal } from '@preact/signals';
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
