// Every page, in both themes and forced colours, at phone and desk width: readable for everybody, nothing sticks out, no policy is broken.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { LAPTOP, PHONE, api, browse, open, person, save, theft } from './shop.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @type {import('playwright-core').Browser} */ let browser;
/** @type {string} */ let incident;
before(async () => {
  browser = await browse();
  incident = (await theft()).incident.id;
  // Somebody whom no rota names, so that there is somebody who may come.
  await save(`/people/noa-${Date.now()}`, /** @type {any} */ ({ name: 'Noa Field', role: 'clerk', reach: { kind: 'site', id: person('manager').site }, contacts: [], active: true, version: 0 }));
});
after(() => browser.close());

/** What is opened on the page before it is looked at. @typedef {(page: import('playwright-core').Page) => Promise<unknown>} Opened */
/** @type {[string, import('./shop.mjs').Role, () => Promise<string> | string, Opened?][]} */
const PAGES = [
  ['terminal', 'clerk', () => '/terminal'],
  ['choose a store', 'desk', () => '/terminal'],
  ['who is at work', 'manager', () => '/terminal', async (page) => { await page.getByRole('button', { name: /^Who is at work/ }).click(); await page.locator('dialog .colleagues').waitFor(); }],
  ['report', 'clerk', () => '/terminal?report=theft'],
  ['desk', 'desk', () => '/desk'],
  ['incidents', 'analyst', () => '/incidents'],
  ['incident', 'desk', () => `/incidents/${incident}`],
  ['my store', 'manager', () => '/store'],
  ['store', 'admin', () => `/stores?id=${person('clerk').site}`],
  ['region', 'admin', async () => `/regions?id=${(await api('admin', '/regions')).items[0].id}`],
  ['people', 'admin', async () => `/people?id=${(await api('desk', '/me')).person.id}`],
  ['no right', 'clerk', () => '/people'],
  ['template', 'admin', () => '/templates?id=theft'],
  ['queue', 'admin', () => '/policies?show=queues&id=critical'],
  ['policy', 'admin', async () => `/policies?show=policies&id=${(await api('admin', '/policies')).items[0].id}`],
  ['schedule', 'admin', async () => `/policies?show=schedules&id=${(await api('admin', '/schedules')).items[0]?.id ?? ''}`],
];

/** @type {Record<string, import('playwright-core').BrowserContextOptions>} */
const MODES = { light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' }, 'forced colours': { forcedColors: 'active' } };

for (const [name, role, path, opened] of PAGES) {
  test(`${name}: both themes, two widths, axe`, async () => {
    for (const [mode, options] of Object.entries(MODES)) {
      for (const viewport of [PHONE, LAPTOP]) {
        const { page, complaints, close } = await open(browser, role, await path(), { ...options, viewport });
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        await opened?.(page);
        await page.waitForTimeout(300);
        const place = `${name}, ${mode}, ${viewport.width}`;
        assert.equal(await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)), 0, `${place}: wider than the screen`);
        assert.deepEqual(complaints, [], place);
        await close();
        assert.deepEqual(await violations(role, await path(), { ...options, viewport }, opened), [], place);
      }
    }
  });
}

/** What axe finds; it needs a page whose policy lets it in. @param {import('./shop.mjs').Role} role @param {string} path @param {import('playwright-core').BrowserContextOptions} options @param {Opened} [opened] */
async function violations(role, path, options, opened) {
  const { page, close } = await open(browser, role, path, { ...options, bypassCSP: true, serviceWorkers: 'block' });
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await opened?.(page);
  await page.waitForTimeout(300);
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate((rules) => /** @type {any} */ (globalThis).axe.run(document, { runOnly: rules }), RULES);
  await close();
  return found.violations.map((/** @type {{id: string, nodes: {target: string[]}[]}} */ v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}

test('the switch changes the colours, and the next page is drawn in them from the start', async () => {
  const { page, close } = await open(browser, 'desk', '/incidents', { colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  const toggle = page.getByRole('button', { name: /^Colours/ });
  await toggle.click();
  await toggle.click();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  assert.notEqual(await ground(), light);
  const shell = await (await page.request.get('/desk')).text();
  assert.match(shell, /data-theme="dark"/);
  await close();
});

test('print: the incident on paper is black on white, without buttons', async () => {
  const { page, close } = await open(browser, 'desk', `/incidents/${incident}`, { colorScheme: 'dark' });
  await page.locator('[data-part="timeline"] li').first().waitFor();
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  assert.equal(await page.locator('button:visible').count(), 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  await close();
});
