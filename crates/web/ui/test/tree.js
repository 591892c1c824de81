// The files of the app, for tests that look at the source.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} path from the ui folder */
export const text = (path) => readFileSync(join(ROOT, path), 'utf8');

/** All files below a folder. @param {string} folder @returns {string[]} */
export const files = (folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));

/** The app's own modules. */
export const modules = () => ['app.js', ...['rules', 'edge', 'ui', 'pages'].flatMap(files).filter((f) => f.endsWith('.js'))];

/** Everything that some modules import, themselves included; not what they import later. @param {...string} entries */
export function closure(...entries) {
  /** @type {Set<string>} */ const seen = new Set();
  const visit = (/** @type {string} */ file) => {
    if (seen.has(file)) return;
    seen.add(file);
    if (file.startsWith('vendor/')) return;
    for (const [, from] of text(file).matchAll(/^(?:import|export)\b[^;]*?from '(\.[^']+)'/gms)) visit(normalize(join(dirname(file), from)));
  };
  entries.forEach(visit);
  return [...seen].sort();
}
