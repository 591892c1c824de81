// Signing out: from every page, by keyboard too, on the server as well as here, and without losing what is not sent yet.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { LAPTOP, PHONE, api, browse, demo, enter, eventually, person, theft } from './shop.mjs';

/** @type {import('playwright-core').Browser} */ let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

/** A session of its own, since it ends here. @param {import('./shop.mjs').Role} role @param {import('playwright-core').BrowserContextOptions} [options] */
async function arrive(role, options = {}) {
  const context = await browser.newContext({ viewport: LAPTOP, baseURL: demo.url, ...options });
  const page = await context.newPage();
  await enter(page, role);
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  return { context, page };
}

/** @param {import('playwright-core').Page} page */
const signOut = (page) => page.getByRole('button', { name: 'Sign out' });

test('by keyboard: the session ends on the server, in this browser and in its other tabs', async () => {
  const { context, page } = await arrive('desk');
  const other = await context.newPage();
  await other.goto('/incidents');
  await signOut(other).waitFor();
  const session = (await context.cookies()).find((c) => c.name === 'outcry_session')?.value;
  assert.ok(session);
  const me = () => fetch(`${demo.url}/api/v1/me`, { headers: { cookie: `outcry_session=${session}` } });
  assert.equal((await me()).status, 200);
  for (let i = 0; i < 40 && !(await signOut(page).evaluate((b) => b === document.activeElement)); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.equal((await me()).status, 200, 'nothing happened yet');
  await page.keyboard.press('Enter');
  await page.locator('dialog').waitFor();
  await page.keyboard.press('Tab'); // the way back has the focus, the way out is next
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-in');
  await other.waitForURL('**/sign-in');
  assert.equal((await me()).status, 401);
  await page.goto('/desk');
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  await context.close();
});

for (const [role, path] of /** @type {[import('./shop.mjs').Role, string][]} */ ([['clerk', '/terminal'], ['manager', '/store'], ['analyst', '/incidents'], ['admin', '/people']])) {
  test(`${path} has a way out in its head, on a phone too`, async () => {
    const { context, page } = await arrive(role, { viewport: PHONE });
    await page.goto(path);
    const box = await signOut(page).boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= PHONE.width && box.y + box.height <= 120 && box.height >= 24, JSON.stringify(box));
    await context.close();
  });
}

test('without a connection nobody is signed out, and that is said', async () => {
  const { context, page } = await arrive('manager');
  await page.route('**/sign-out*', (route) => route.abort());
  await signOut(page).click();
  await page.locator('dialog button.primary').click();
  await page.getByText('You are still signed in').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(new URL(page.url()).pathname, '/store');
  await context.close();
});

test('what is not sent yet is named before somebody leaves, stays, and goes out when they come back', async () => {
  const { context, page } = await arrive('clerk', { serviceWorkers: 'block' });
  await page.route('**/api/v1/reports', (route) => route.abort());
  await page.locator('[data-category="damage"]').click();
  const note = `A window is broken ${Date.now()}`;
  await page.locator('#note').fill(note);
  for (const group of await page.locator('.questions fieldset:not(#q-who)').all()) await group.locator('label').first().click();
  await page.locator('button.send').click();
  await page.getByRole('heading', { name: 'Saved on this device' }).waitFor();
  await signOut(page).click();
  await page.locator('dialog', { hasText: 'One thing you reported has not been sent yet' }).waitFor();
  await page.locator('dialog button.primary').click();
  await page.waitForURL('**/sign-in');
  await page.unroute('**/api/v1/reports');
  const told = async () => {
    const { items } = await api('clerk', '/incidents?category=damage&limit=50');
    const all = await Promise.all(items.map((/** @type {{id: string}} */ i) => api('clerk', `/incidents/${i.id}`)));
    return all.filter((i) => i.narrative === note).length;
  };
  assert.equal(await told(), 0);
  await enter(page, 'clerk');
  await eventually(async () => (await told()) === 1, 'the report arrives once somebody is there to send it');
  await context.close();
});

/** Lets a browser be somebody else's from now on, without a word to its open pages. @param {import('playwright-core').BrowserContext} context @param {import('./shop.mjs').Role} role */
async function swap(context, role) {
  const { context: elsewhere } = await arrive(role);
  await context.addCookies(await elsewhere.cookies());
  await elsewhere.close();
}

test('nothing goes out in another person\'s name: what was typed stays, and is sent when its writer is back', async () => {
  const { incident } = await theft();
  const { context, page } = await arrive('desk');
  await page.goto(`/incidents/${incident.id}`);
  const box = page.locator('[data-comment]');
  await box.fill('The manager rang');
  /** @type {string[]} */ const sent = [];
  page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.url()); });
  const other = await context.newPage();
  await enter(other, 'manager');
  const notice = page.getByRole('alert').filter({ hasText: `${person('manager').name} is signed in here now.` });
  await notice.getByText('What you typed is still here').waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByText(`Not sent: ${person('manager').name} is signed in here now.`).waitFor();
  assert.deepEqual(sent, []);
  assert.equal(await box.inputValue(), 'The manager rang');
  await enter(other, 'desk');
  await notice.waitFor({ state: 'detached' });
  await box.press('Control+Enter');
  await page.locator('.comments', { hasText: 'The manager rang' }).waitFor();
  const { comments } = await api('desk', `/incidents/${incident.id}`);
  assert.deepEqual(comments.map((/** @type {{by: {name: string}}} */ c) => c.by.name), [person('desk').name]);
  await context.close();
});

test('what a page sends before it knows that somebody else is signed in is not done in their name', async () => {
  const { incident } = await theft();
  const { context, page } = await arrive('desk');
  await page.goto(`/incidents/${incident.id}`);
  const box = page.locator('[data-comment]');
  await box.fill('The manager rang');
  await swap(context, 'manager');
  await box.press('Control+Enter');
  await page.getByRole('alert').filter({ hasText: `${person('manager').name} is signed in here now.` }).getByText('What you typed is still here').waitFor();
  assert.equal(await box.inputValue(), 'The manager rang');
  assert.deepEqual((await api('desk', `/incidents/${incident.id}`)).comments, []);
  await context.close();
});

test('a page learns by its stream, when that comes back, that somebody else is signed in', async () => {
  const { context, page } = await arrive('desk');
  await page.locator('.live.live').waitFor();
  await swap(context, 'analyst');
  await context.setOffline(true);
  await page.locator('div.lost').waitFor({ timeout: 25_000 });
  await context.setOffline(false);
  await page.getByText(`${person('analyst').name} is signed in here now.`).waitFor({ timeout: 25_000 });
  await context.close();
});

test('a report that waits is not sent in the name of whoever is signed in by then', async () => {
  const { context, page } = await arrive('clerk', { serviceWorkers: 'block' });
  await page.route('**/api/v1/reports', (route) => route.abort());
  await page.locator('[data-category="damage"]').click();
  const note = `A door is broken ${Date.now()}`;
  await page.locator('#note').fill(note);
  for (const group of await page.locator('.questions fieldset:not(#q-who)').all()) await group.locator('label').first().click();
  await page.locator('button.send').click();
  await page.getByRole('heading', { name: 'Saved on this device' }).waitFor();
  await swap(context, 'manager');
  await page.unroute('**/api/v1/reports');
  /** @type {string[]} */ const sent = [];
  page.on('request', (request) => { if (request.url().endsWith('/api/v1/reports')) sent.push(request.url()); });
  await page.evaluate(() => { dispatchEvent(new Event('online')); });
  await page.getByText(`${person('manager').name} is signed in here now.`).waitFor();
  await page.waitForTimeout(1000);
  assert.deepEqual(sent, []);
  await enter(page, 'clerk');
  await eventually(async () => {
    const { items } = await api('clerk', '/incidents?category=damage&limit=50');
    const all = await Promise.all(items.map((/** @type {{id: string}} */ i) => api('clerk', `/incidents/${i.id}`)));
    return all.some((i) => i.narrative === note && i.reporter.name === person('clerk').name);
  }, 'it goes out as the clerk\'s');
  await context.close();
});

test('who signs out is asked about what they typed; who was signed out elsewhere still has it', async () => {
  const { incident } = await theft();
  const { context, page } = await arrive('desk');
  await page.goto(`/incidents/${incident.id}`);
  const box = page.locator('[data-comment]');
  await box.fill('Half a sentence');
  await signOut(page).click();
  await page.locator('dialog', { hasText: 'What you typed here is neither sent nor saved. It is lost when you sign out.' }).waitFor();
  await page.getByRole('button', { name: 'Sign out and lose it' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await box.inputValue(), 'Half a sentence');
  const other = await context.newPage();
  await other.goto('/incidents');
  await signOut(other).click();
  await other.locator('dialog button.primary').click();
  await other.waitForURL('**/sign-in');
  await page.getByText('You are signed out.').waitFor();
  await page.getByText('What you typed is still here.').waitFor();
  assert.equal(await box.inputValue(), 'Half a sentence');
  await enter(other, 'desk');
  await page.getByText('You are signed out.').waitFor({ state: 'detached' });
  await box.press('Control+Enter');
  await page.locator('.comments', { hasText: 'Half a sentence' }).waitFor();
  await box.fill('To be thrown away');
  await signOut(page).click();
  await page.getByRole('button', { name: 'Sign out and lose it' }).click();
  await page.waitForURL('**/sign-in');
  await context.close();
});

test('a system is connected from the People page: its token is shown once, and ends with all its sign-ins', async () => {
  const { context, page } = await arrive('admin');
  await page.goto('/people?id=new');
  await page.getByLabel('Name').fill('Tills of the north');
  await page.getByLabel('Role').selectOption('integration');
  await page.getByLabel('May see').selectOption('all');
  const save = page.locator('.editor button[type="submit"]');
  await save.click();
  await page.getByRole('button', { name: 'Make an API token' }).click();
  assert.match(page.url(), /id=p-[0-9a-z]{6}$/, 'the id names nobody');
  const token = await page.locator('.link-once code').textContent();
  const me = async () => {
    const response = await fetch(`${demo.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    return [response.status, (await response.json()).person?.role];
  };
  assert.deepEqual(await me(), [200, 'integration']);
  await page.getByLabel('Name').fill('Tills of the south');
  await save.click();
  await page.getByRole('heading', { name: 'Tills of the south' }).waitFor();
  assert.deepEqual(await me(), [200, 'integration'], 'saving keeps the role');
  await page.getByRole('button', { name: 'End all sign-ins' }).click();
  assert.deepEqual(await me(), [200, 'integration'], 'the first press only asks');
  await page.getByRole('button', { name: 'Yes, end all sign-ins' }).click();
  await eventually(async () => (await me())[0] === 401, 'the token ends');
  await page.locator('.link-once').waitFor({ state: 'detached' });
  await context.close();
});
