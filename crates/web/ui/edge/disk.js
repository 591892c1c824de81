// What this device keeps: settings of the moment, the last shop it knew, and what still waits to be sent.
// sw.js opens the same database: names and version must agree (a test compares them).

export const DATABASE = 'outcry';
export const VERSION = 1;

/** @type {Promise<IDBDatabase> | undefined} */ let opened;

function open() {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('known');
      request.result.createObjectStore('outbox', { keyPath: 'key' });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = undefined; };
      resolve(request.result);
    };
    request.onerror = () => { opened = undefined; reject(request.error); };
  }));
}

/**
 * One transaction on one store; resolves when it is on the disk, not when it is in a cache.
 * @template T @param {'known' | 'outbox'} store @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} work @returns {Promise<T>}
 */
export async function transact(store, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** Forgets what was known; what waits to be sent stays. */
export const forgetKnown = () => transact('known', 'readwrite', (s) => s.clear()).catch(() => undefined);
/** What was last known under a name, or undefined. @param {string} name @returns {Promise<any>} */
export const recall = (name) => transact('known', 'readonly', (s) => s.get(name)).catch(() => undefined);
/** @param {string} name @param {unknown} value */
export const remember = (name, value) => transact('known', 'readwrite', (s) => s.put(value, name)).catch(() => undefined);
