// What a person may see changes while a page is open: it is shown, or taken away, without loading again.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { api, browse, open, person } from './shop.mjs';

/** @type {import('playwright-core').Browser} */ let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

test('what becomes confidential goes from a colleague\'s screen, and comes back with the next word', async () => {
  const { incident } = await api('desk', '/reports', { site: person('clerk').site, category: 'theft', narrative: 'A bottle was in the staff room', fields: {}, items: [] });
  const overrule = (/** @type {string} */ category) => api('desk', `/incidents/${incident.id}/override`, { category, reason: 'The camera shows it' });
  const { page, complaints, close } = await open(browser, 'clerk', `/incidents/${incident.id}`);
  await page.getByText('A bottle was in the staff room').waitFor();
  await page.locator('.live.live').waitFor();
  await overrule('dishonesty');
  await page.getByText('A bottle was in the staff room').waitFor({ state: 'detached' });
  assert.equal(await page.getByText(incident.reference).count(), 0, 'nor its reference');
  await page.getByText('It does not exist, or it is not yours to see.').waitFor();
  await overrule('theft');
  await page.getByText('A bottle was in the staff room').waitFor();
  assert.deepEqual(complaints.filter((words) => !/404/.test(words)), []);
  await close();
});
