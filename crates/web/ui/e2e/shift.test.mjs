// Shifts in the browser: a clerk's own at the terminal, and everybody's on the manager's store page.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { PHONE, api, browse, open, person } from './shop.mjs';

/** @type {import('playwright-core').Browser} */ let browser;
before(async () => { browser = await browse(); });
after(async () => { await browser?.close(); });

/** Who is at work in the manager's store, and who says so. */
async function there() {
  const { items } = await api('manager', `/sites/${person('manager').site}/shifts`);
  return new Map(items.map((/** @type {{name: string, sources: string[]}} */ p) => [p.name, p.sources]));
}

test('a clerk starts and ends the shift at the terminal, and a page of the store hears of it', async () => {
  const store = await open(browser, 'manager', '/store', { viewport: PHONE });
  const floor = await open(browser, 'clerk', '/terminal', { viewport: PHONE });
  const { name } = person('clerk');
  const own = floor.page.locator('[data-shift]');
  await own.waitFor();
  if (await own.getAttribute('data-shift') === 'on') await own.click();
  await floor.page.getByRole('button', { name: 'Start my shift' }).click();
  await floor.page.getByRole('button', { name: 'End my shift' }).waitFor();
  assert.ok((await there()).get(name)?.includes('outcry'));
  const row = store.page.locator('.on-shift li', { hasText: name });
  await row.getByText('started in Outcry').waitFor();
  await floor.page.getByRole('button', { name: 'End my shift' }).click();
  await floor.page.getByRole('button', { name: 'Start my shift' }).waitFor();
  assert.ok(!(await there()).get(name)?.includes('outcry'));
  await row.getByText('started in Outcry').waitFor({ state: 'detached' });
  await floor.close();
  await store.close();
});

test('a manager starts and ends the shift of a colleague', async () => {
  const { page, close } = await open(browser, 'manager', '/store', { viewport: PHONE });
  const choice = page.getByRole('combobox', { name: "Start a colleague's shift" });
  await choice.waitFor();
  const name = (await choice.locator('option').allTextContents())[1] ?? '';
  await choice.selectOption({ label: name });
  const row = page.locator('.on-shift li', { hasText: name });
  await row.getByText('started in Outcry').waitFor();
  await page.getByRole('button', { name: `End shift of ${name}` }).click();
  await row.getByText('started in Outcry').waitFor({ state: 'detached' });
  assert.ok(!(await there()).get(name)?.includes('outcry'));
  await close();
});
