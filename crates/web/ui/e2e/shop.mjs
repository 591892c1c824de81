// The world of the browser tests: a running demo (OUTCRY_DEMO names the folder of its demo.json), a browser, and people who sign in.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** @typedef {'clerk' | 'manager' | 'desk' | 'analyst' | 'admin'} Role */
/** @typedef {import('playwright-core').Page} Page */

const folder = process.env.OUTCRY_DEMO;
if (!folder) throw new Error('OUTCRY_DEMO must name the folder in which `outcry demo --data FOLDER` wrote demo.json');

/** @type {{url: string, people: {role: Role, name: string, site: string | null, token: string, sign_in_url: string}[]}} */
export const demo = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'));

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1280, height: 720 };

/** @param {Role} role */
export function person(role) {
  const found = demo.people.find((p) => p.role === role);
  if (!found) throw new Error(`the demo has no ${role}`);
  return found;
}

/** Calls the API as a person. @param {Role} role @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export async function api(role, path, body) {
  const headers = { authorization: `Bearer ${person(role).token}` };
  const response = await fetch(`${demo.url}/api/v1${path}`, body === undefined ? { headers } : {
    method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Saves a setting as the administrator; version 0 makes a new one. @param {string} path @param {{version: number}} body */
export async function save(path, body) {
  const headers = { authorization: `Bearer ${person('admin').token}`, 'content-type': 'application/json', ...(body.version ? { 'if-match': `"${body.version}"` } : { 'if-none-match': '*' }) };
  const response = await fetch(`${demo.url}/api/v1${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** Opens a browser; close it in `after`. */
export const browse = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
});

/** @type {Map<Role, import('playwright-core').Cookie[]>} */ const sessions = new Map();

/** Signs a page in as the demo's person of that role. @param {Page} page @param {Role} role */
export const enter = async (page, role) => enterAs(page, (await api(role, '/me')).person.id);

/** Signs a page in by a link of its own, as a person would: links work once. @param {Page} page @param {string} who */
export async function enterAs(page, who) {
  const { url } = await api('admin', `/people/${encodeURIComponent(who)}/sign-in-link`, {});
  await page.goto(url);
  await page.getByRole('button').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
}

/** The session of a role; all tests of a file share it. @param {import('playwright-core').Browser} browser @param {Role} role */
async function cookies(browser, role) {
  const known = sessions.get(role);
  if (known) return known;
  const context = await browser.newContext();
  await enter(await context.newPage(), role);
  const found = await context.cookies();
  await context.close();
  sessions.set(role, found);
  return found;
}

/**
 * A page of a person who is signed in. `complaints` gathers what no page may cause: policy violations, errors in the console, exceptions.
 * @param {import('playwright-core').Browser} browser @param {Role} role @param {string} path @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function open(browser, role, path, options = {}) {
  const context = await browser.newContext({ viewport: LAPTOP, baseURL: demo.url, ...options });
  await context.addCookies(await cookies(browser, role));
  const page = await context.newPage();
  /** @type {string[]} */ const complaints = [];
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error' && !/net::ERR_/.test(message.text())) complaints.push(message.text()); });
  await page.exposeFunction('complain', (/** @type {string} */ words) => { complaints.push(words); });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => /** @type {any} */ (globalThis).complain(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
    let taps = 0;
    addEventListener('pointerdown', () => { /** @type {any} */ (globalThis).taps = ++taps; }, true);
  });
  await page.goto(path);
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  return { context, page, complaints, close: () => context.close() };
}

/** How often the page was tapped since it was loaded. @param {Page} page @returns {Promise<number>} */
export const taps = (page) => page.evaluate(() => /** @type {any} */ (globalThis).taps ?? 0);

/** Waits until something is true of the API. @param {() => Promise<boolean>} check @param {string} what */
export async function eventually(check, what) {
  for (let i = 0; i < 75; i++) {
    if (await check().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`never happened: ${what}`);
}

/** A theft at the clerk's store, filed by the API. */
export const theft = () => api('clerk', '/reports', { site: person('clerk').site, category: 'theft', narrative: 'Two bottles', fields: {}, items: [] });
/** A panic press there. */
export const panic = () => api('clerk', '/panic', { site: person('clerk').site });
