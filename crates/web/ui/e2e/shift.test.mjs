// Shifts in the browser: a clerk's own at the terminal, and everybody's at the shared terminal and on the manager's store page.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { LAPTOP, PHONE, api, browse, demo, enterAs, open, person, save } from './shop.mjs';

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
  const row = store.page.locator('.people-line li', { hasText: name });
  await row.getByText('started in Outcry').waitFor();
  await floor.page.getByRole('button', { name: 'End my shift' }).click();
  await floor.page.getByRole('button', { name: 'Start my shift' }).waitFor();
  assert.ok(!(await there()).get(name)?.includes('outcry'));
  await row.getByText('started in Outcry').waitFor({ state: 'detached' });
  await floor.close();
  await store.close();
});

/** Somebody new in the store, whom nothing else in the demo moves. @param {string} id @param {string} name @param {string} role */
async function hire(id, name, role) {
  await save(`/people/${id}`, /** @type {any} */ ({ name, role, reach: { kind: 'site', id: person('manager').site }, contacts: [], active: true, version: 0 }));
}

test('a manager starts and ends the shift of a colleague', async () => {
  const name = `Nia ${Date.now()}`;
  await hire(`nia-${Date.now()}`, name, 'clerk');
  const { page, close } = await open(browser, 'manager', '/store', { viewport: PHONE });
  await page.getByText("Start a colleague's shift").click();
  await page.getByRole('button', { name: `Start shift of ${name}` }).click();
  const row = page.locator('.people-line li', { hasText: name });
  await row.getByText('started in Outcry').waitFor();
  assert.ok((await there()).get(name)?.includes('outcry'));
  await page.getByRole('button', { name: `End shift of ${name}` }).click();
  await row.waitFor({ state: 'detached' });
  assert.equal((await there()).get(name), undefined);
  await close();
});

for (const viewport of [PHONE, LAPTOP]) {
  test(`at a shared terminal a colleague comes and goes, and the help button stays in reach, at ${viewport.width} × ${viewport.height}`, async () => {
    const [wall, name] = [`wall-${Date.now()}`, `Noor ${Date.now()}`];
    await hire(wall, 'Terminal at the tills', 'terminal');
    await hire(`noor-${Date.now()}`, name, 'clerk');
    const context = await browser.newContext({ viewport, baseURL: demo.url });
    const page = await context.newPage();
    await enterAs(page, wall);
    const way = page.getByRole('button', { name: /^Who is at work/ });
    await way.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Who is at work' });
    const [start, end] = ['Start', 'End'].map((what) => dialog.getByRole('button', { name: `${what} shift of ${name}` }));
    const row = dialog.locator('.people-line li', { hasText: name });
    await start.focus();
    await page.keyboard.press('Enter');
    await row.getByText('started in Outcry').waitFor();
    assert.ok((await there()).get(name)?.includes('outcry'));
    await page.locator('.at-work:focus').waitFor();
    await context.setOffline(true);
    await end.click();
    await dialog.getByRole('alert').filter({ hasText: 'The server cannot be reached' }).waitFor();
    await context.setOffline(false);
    await end.click();
    await row.waitFor({ state: 'detached' });
    assert.equal((await there()).get(name), undefined);
    assert.equal(await dialog.getByRole('alert').count(), 0);
    const [shown, help] = [await dialog.boundingBox(), await page.locator('#panic').boundingBox()];
    assert.ok(shown && help && shown.y + shown.height <= help.y && help.y + help.height <= viewport.height, JSON.stringify([shown, help]));
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await way.and(page.locator(':focus')).waitFor();
    await way.click();
    await dialog.waitFor();
    await page.keyboard.down('F12');
    await page.locator('.help .progress', { hasText: 'INC-' }).waitFor();
    await page.keyboard.up('F12');
    assert.equal(await dialog.count(), 0);
    await context.close();
  });
}

test('on the shop floor nobody but the shared terminal and the manager speaks for others', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal');
  await page.locator('[data-shift]').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Who is at work/ }).count(), 0);
  await close();
});
