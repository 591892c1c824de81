// Setting the organisation up in a browser: stores, their help button, and ways in.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { api, browse, open, person, save } from './shop.mjs';

/** @type {import('playwright-core').Browser} */ let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

/** @param {import('playwright-core').Page} page */
const saving = (page) => page.locator('.editor button[type="submit"]');

test('a store is made in one go: areas, and the devices that stand in them', async () => {
  const { page, complaints, close } = await open(browser, 'admin', '/stores?id=new');
  await page.getByLabel('Name').fill('Hull Prospect');
  for (const area of ['Tills', 'Entrance']) {
    await page.getByRole('button', { name: 'Add an area' }).click();
    await page.getByLabel('Area', { exact: true }).last().fill(area);
  }
  await page.getByRole('button', { name: 'Add a device' }).click();
  await page.getByLabel('Device', { exact: true }).fill('Camera 1');
  await page.getByLabel('Stands in').selectOption({ label: 'Entrance' });
  await page.getByRole('group', { name: 'Sees' }).getByText('Tills').click();
  await saving(page).click();
  await page.waitForURL(/id=hull-prospect/);
  const { areas, devices } = await api('admin', '/sites/hull-prospect');
  assert.deepEqual(areas, [{ id: 'tills', name: 'Tills' }, { id: 'entrance', name: 'Entrance' }]);
  assert.deepEqual(devices.map((/** @type {any} */ d) => [d.id, d.area, d.covers]), [['camera-1', 'entrance', ['tills']]]);
  assert.deepEqual(complaints, []);
  await close();
});

test('a region is made, and the next store can belong to it', async () => {
  const { page, complaints, close } = await open(browser, 'admin', '/stores');
  await page.getByRole('link', { name: 'Regions', exact: true }).click();
  await page.getByRole('link', { name: 'New region' }).click();
  await page.getByLabel('Name').fill('Organisation');
  await saving(page).click();
  await page.waitForURL(/id=organisation-2/);
  await page.getByText('No stores yet: a store names its region').waitFor();
  await page.getByLabel('Name').fill('Isle of Man');
  await saving(page).click();
  await page.locator('.entries a', { hasText: 'Isle of Man' }).waitFor();
  await page.goto('/stores?id=new');
  await page.getByLabel('Name').fill('Douglas');
  await page.getByLabel('Region').selectOption({ label: 'Isle of Man' });
  await saving(page).click();
  await page.waitForURL(/id=douglas/);
  assert.equal((await api('admin', '/sites/douglas')).region, 'organisation-2');
  await page.goto('/regions?id=organisation-2');
  await page.locator('.entry').getByRole('link', { name: 'Douglas' }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('how long the help button is held is typed in seconds, key by key', async () => {
  const { site } = person('clerk');
  const usual = await api('admin', `/sites/${site}`);
  const { page, complaints, close } = await open(browser, 'admin', `/stores?id=${site}`);
  const hold = page.getByLabel('Held for, in seconds');
  await hold.fill('');
  assert.equal(await hold.inputValue(), '', 'nothing is nothing, not 0');
  await hold.pressSequentially('0.9');
  assert.equal(await hold.inputValue(), '0.9');
  await saving(page).click();
  await page.locator('.note', { hasText: 'saved' }).waitFor();
  const saved = await api('admin', `/sites/${site}`);
  assert.equal(saved.panic.hold_ms, 900);
  await hold.fill('');
  await hold.pressSequentially('0.75');
  assert.equal(await hold.inputValue(), '0.75');
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await hold.inputValue(), '0.9');
  assert.deepEqual(complaints, []);
  await close();
  await save(`/sites/${site}`, { ...saved, panic: usual.panic });
});

test('a way in is made for the role that is saved, and the focus stays where the work is', async () => {
  const { person: clerk } = await api('clerk', '/me');
  const { page, complaints, close } = await open(browser, 'admin', `/people?id=${clerk.id}`);
  const focused = () => page.locator(':focus').textContent();
  await page.getByRole('button', { name: 'Make a link' }).waitFor();
  await page.getByLabel('Role').selectOption('integration');
  await page.getByText('Save the new role first').waitFor();
  assert.equal(await page.getByRole('button', { name: /Make/ }).count(), 0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  await page.locator('.link-once button:focus', { hasText: 'Copy' }).waitFor();
  await page.getByRole('button', { name: 'End all sign-ins' }).click();
  await page.locator('button:focus', { hasText: 'Yes, end all sign-ins' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('button:focus', { hasText: 'End all sign-ins' }).waitFor();
  assert.equal((await focused())?.trim(), 'End all sign-ins');
  assert.equal(await page.getByText('This is you').count(), 0);
  await page.goto(`/people?id=${(await api('admin', '/me')).person.id}`);
  await page.getByText('This is you: you are signed out here too').waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('what was changed and not saved is found again after looking at something else', async () => {
  const [first, second] = (await api('admin', '/queues')).items;
  const { page, complaints, close } = await open(browser, 'admin', `/policies?show=queues&id=${first.id}`);
  await page.getByLabel('Name').fill('Blue lights');
  await page.locator('.entries a', { hasText: second.name }).click();
  await page.locator('.entries a', { hasText: first.name }).getByText('Changed, not saved').waitFor();
  await page.getByRole('navigation', { name: 'Menu' }).getByText('People').click();
  await page.locator('h1', { hasText: 'People' }).waitFor();
  await page.goBack();
  await page.locator('.entries a', { hasText: first.name }).click();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Blue lights');
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await page.getByLabel('Name').inputValue(), first.name);
  assert.equal(await page.getByText('Changed, not saved').count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});

test('what is left empty is asked for in plain words', async () => {
  const [queue] = (await api('admin', '/queues')).items;
  const { page, close } = await open(browser, 'admin', `/policies?show=queues&id=${queue.id}`);
  await page.getByLabel('Resolve within', { exact: true }).fill('');
  await saving(page).click();
  await page.locator('.summary', { hasText: 'Resolve within: Fill this in.' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await close();
});

test('a list is searched by what it shows', async () => {
  const { page, close } = await open(browser, 'admin', '/people');
  const rows = page.locator('.entries li');
  await rows.first().waitFor();
  await page.getByPlaceholder('Find').fill('Dispatch desk');
  await page.locator('.entries', { hasNotText: 'Shop floor' }).waitFor();
  assert.ok(await rows.count() > 0, 'a role is found by its name');
  await page.getByPlaceholder('Find').fill('version');
  await page.getByText('Nothing matches.').waitFor();
  await close();
});

test('an entry from far down the list opens with the head of the page in sight, and itself in the list', async () => {
  const { page, close } = await open(browser, 'admin', `/people?id=${(await api('desk', '/me')).person.id}`);
  const line = page.locator('.entries [aria-current]');
  await page.locator('.editor h2').waitFor();
  await line.waitFor();
  assert.ok(await page.locator('.entries').evaluate((list) => list.scrollTop > 0), 'it is far down');
  assert.equal(await page.evaluate(() => scrollY), 0);
  const box = await line.boundingBox();
  assert.ok(box && box.y > 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0), JSON.stringify(box));
  await close();
});
