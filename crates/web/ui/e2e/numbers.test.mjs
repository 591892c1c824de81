// Whom to ring about an incident, as the desk is shown it in a browser.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browse, open, person, theft } from './shop.mjs';

/** @type {import('playwright-core').Browser} */ let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

test('the desk is shown whom to ring', async () => {
  const { incident } = await theft();
  const { page, complaints, close } = await open(browser, 'desk', `/incidents/${incident.id}`);
  const store = page.getByRole('link', { name: /^Call the store: \+441632960\d{3}$/ });
  assert.match(await store.getAttribute('href') ?? '', /^tel:\+441632960\d{3}$/);
  await page.locator('[data-part="numbers"] summary').click();
  await page.getByRole('link', { name: `Call ${person('clerk').name}:` }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});
