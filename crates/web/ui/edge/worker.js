// Registers the service worker. The one Trusted Types policy of the app lives here and makes exactly one URL.

const ADDRESS = '/sw.js';

/** @returns {Promise<ServiceWorkerRegistration | null>} */
export async function register() {
  if (!('serviceWorker' in navigator)) return null;
  const types = /** @type {{trustedTypes?: {createPolicy(name: string, rules: object): {createScriptURL(url: string): string}}}} */ (
    /** @type {unknown} */ (globalThis)
  ).trustedTypes;
  const only = (/** @type {string} */ url) => {
    if (url !== ADDRESS) throw new TypeError(url);
    return url;
  };
  const address = types ? types.createPolicy('outcry', { createScriptURL: only }).createScriptURL(ADDRESS) : ADDRESS;
  return navigator.serviceWorker.register(address).catch(() => null);
}
