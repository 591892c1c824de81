// The desk's golden paths: by keyboard alone, against a machine's judgement, and through a lost connection.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { LAPTOP, PHONE, api, browse, eventually, open, panic, person, save, theft } from './shop.mjs';

/** @type {import('playwright-core').Browser} */ let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

/** @param {string} id */
const row = (id) => `[id="row-${id}"]`;

test('by keyboard: walk the queue, acknowledge, comment, resolve', async () => {
  const { incident } = await panic();
  const { page, complaints, close } = await open(browser, 'desk', '/desk');
  await page.locator(row(incident.id)).waitFor();
  // The board lives: rows come and go while somebody walks it, so walk until it is reached, down and then up.
  const reached = async () => (await page.locator(`${row(incident.id)}[aria-selected="true"]`).count()) > 0;
  const walk = async () => {
    for (const key of ['j', 'k']) for (let i = 0; i < 60 && !(await reached()); i++) await page.keyboard.press(key);
  };
  await walk();
  await page.keyboard.press('k');
  await walk();
  await page.locator(`${row(incident.id)}[aria-selected="true"]`).waitFor();
  const shown = page.evaluate((selector) => new Promise((resolve) => {
    const from = performance.now();
    const look = () => (document.querySelector(`${selector} .c-what.waits`) ? requestAnimationFrame(look) : resolve(performance.now() - from));
    look();
  }), row(incident.id));
  await page.keyboard.press('a');
  assert.ok(Number(await shown) < 1000, `on the screen after ${await shown} ms`);
  await eventually(async () => (await api('desk', `/incidents/${incident.id}`)).state === 'acknowledged', 'acknowledged');
  await page.keyboard.press('c');
  await page.keyboard.type('Called the store, all well');
  await page.keyboard.press('Control+Enter');
  await page.locator('.comments', { hasText: 'Called the store, all well' }).waitFor();
  await page.locator('.grid').focus();
  await page.keyboard.press('r');
  await page.getByLabel('How did it end?').selectOption('no_action');
  await page.locator('dialog button[type="submit"]').click();
  await page.locator(row(incident.id)).waitFor({ state: 'detached' });
  assert.equal((await api('desk', `/incidents/${incident.id}`)).state, 'resolved');
  assert.deepEqual(complaints, []);
  await close();
});

test('key E escalates: it asks why, sends nothing before that is answered, and tells the next in line at once', async () => {
  const { incident } = await panic();
  const { page, complaints, close } = await open(browser, 'desk', '/desk');
  await page.locator(row(incident.id)).click();
  await page.locator('.pane [data-action="escalate"]').first().waitFor();
  const escalated = async () => (await api('desk', `/incidents/${incident.id}`)).timeline.filter((/** @type {{kind: string, actor: {kind: string}}} */ e) => e.kind.endsWith('escalated') && e.actor.kind === 'person');
  /** @type {unknown[]} */ const sent = [];
  page.on('request', (request) => { if (request.url().endsWith('/escalate')) sent.push(request.postDataJSON()); });
  await page.keyboard.press('e');
  await page.getByRole('heading', { name: `Escalate ${incident.reference}` }).waitFor();
  await page.getByText('The next people in line are told at once, without waiting for the clock.').waitFor();
  await page.getByLabel('Why? (optional)').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(await escalated(), [], 'nobody has said yes');
  await page.keyboard.press('e');
  await page.getByLabel('Why? (optional)').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('Two people at the door');
  await page.locator('dialog button[type="submit"]').click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await eventually(async () => (await escalated()).length === 1, 'escalated once');
  assert.deepEqual(sent, [{ reason: 'Two people at the door' }]);
  await page.locator('.pane [data-part="timeline"] .escalated', { hasText: 'Two people at the door' }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
  await api('desk', `/incidents/${incident.id}/false-alarm`, {});
});

test('a new incident is heard on a desk whose shift has begun, and on no other', async () => {
  for (const s of (await api('desk', '/incidents?open=true&priority=1&limit=200')).items) if (!s.acknowledged_at) await api('desk', `/incidents/${s.id}/acknowledge`, {});
  const { page, close } = await open(browser, 'desk', '/incidents', { serviceWorkers: 'block' });
  await page.addInitScript(() => {
    const heard = /** @type {{hertz: number, volume: boolean}[]} */ (/** @type {any} */ (globalThis).heard = []);
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      heard.push({ hertz: this.frequency.value, volume: this.context.state === 'running' });
      return start.call(this, when);
    };
  });
  await page.goto('/desk');
  await page.locator('.live.live').waitFor();
  /** The pulses of the critical sound so far that a person could hear. @returns {Promise<number>} */
  const critical = () => page.evaluate(() => /** @type {any} */ (globalThis).heard.filter((/** @type {{hertz: number, volume: boolean}} */ p) => p.hertz === 880 && p.volume).length);
  const before = await panic();
  await page.locator(row(before.incident.id)).waitFor();
  await page.waitForTimeout(1500);
  assert.equal(await critical(), 0, 'no shift, no sound');
  await api('desk', `/incidents/${before.incident.id}/acknowledge`, {});
  await page.locator(`${row(before.incident.id)} .c-what.waits`).waitFor({ state: 'detached' });
  await page.locator('#start-shift').click();
  await page.locator('#shift').waitFor();
  await page.waitForTimeout(1500);
  const silence = await critical();
  const { incident } = await panic();
  await page.locator(row(incident.id)).waitFor();
  await eventually(async () => (await critical()) > silence, 'ten pulses');
  assert.ok((await critical()) - silence >= 10, `${(await critical()) - silence} pulses`);
  await close();
  for (const { incident: { id } } of [before, { incident }]) await api('desk', `/incidents/${id}/false-alarm`, {});
});

test('the keys are explained, and can be turned off', async () => {
  const { page, close } = await open(browser, 'desk', '/desk');
  await page.locator('.grid-row').first().waitFor();
  await page.keyboard.press('?');
  await page.getByLabel('Single keys are on').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  assert.equal(await page.locator('.grid-row[aria-selected="true"]').count(), 0);
  await page.locator('.grid').focus();
  await page.keyboard.press('ArrowDown');
  await page.locator('.grid-row[aria-selected="true"]').waitFor();
  await close();
});

test('a person overrules the assessment: the incident moves up and says who and why', async () => {
  const { incident } = await theft();
  await eventually(async () => Boolean((await api('desk', `/incidents/${incident.id}`)).assessment), 'assessed');
  const { page, complaints, close } = await open(browser, 'desk', `/incidents/${incident.id}`);
  await page.locator('[data-part="reasons"] li').first().waitFor();
  await page.keyboard.press('v');
  await page.locator('dialog button[type="submit"]').click();
  await page.getByText('Say why, so that others can follow.').waitFor();
  await page.getByLabel('Risk, 0 to 100').fill('95');
  await page.getByLabel('Why?').fill('The clerk saw a knife');
  await page.locator('dialog button[type="submit"]').click();
  await page.locator('.incident-head .sev.p1').waitFor();
  await page.locator('[data-part="reasons"]', { hasText: 'The clerk saw a knife' }).waitFor();
  const { assessment } = await api('desk', `/incidents/${incident.id}`);
  assert.equal(assessment.override.risk, 95);
  assert.deepEqual(complaints, []);
  await close();
});

test('the comment box is left by Escape, and after sending the queue has the focus again', async () => {
  const { incident } = await theft();
  const { page, complaints, close } = await open(browser, 'desk', '/desk');
  await page.locator(row(incident.id)).click();
  await page.locator('[data-comment]').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.className);
  await page.keyboard.press('c');
  await page.keyboard.press('Escape');
  assert.equal(await focused(), 'grid');
  await page.keyboard.press('c');
  await page.keyboard.type('Seen');
  await page.keyboard.press('Control+Enter');
  await page.locator('.comments', { hasText: 'Seen' }).first().waitFor();
  assert.equal(await focused(), 'grid');
  const { comments } = await api('desk', `/incidents/${incident.id}`);
  assert.deepEqual(comments.map((/** @type {{text: string}} */ c) => c.text), ['Seen']);
  assert.deepEqual(complaints, []);
  await close();
});

test('a silent call says in the row, on the incident and on the store page that nobody rings the store', async () => {
  const site = await api('admin', `/sites/${person('clerk').site}`);
  const hush = async (/** @type {boolean} */ silent) => {
    const now = await api('admin', `/sites/${site.id}`);
    await save(`/sites/${site.id}`, { ...now, panic: { ...now.panic, silent } });
  };
  await hush(true);
  const { incident } = await panic().finally(() => hush(false));
  const desk = await open(browser, 'desk', '/desk');
  await desk.page.locator(row(incident.id)).getByLabel('Silent: do not ring the store').waitFor();
  await desk.page.goto(`/incidents/${incident.id}`);
  await desk.page.locator('.incident-head', { hasText: 'Do not ring the store. Send help, without a siren.' }).waitFor();
  await desk.page.locator('[data-part="said"]', { hasText: 'No details were given.' }).waitFor();
  assert.equal(await desk.page.getByText('call back').count(), 0);
  await desk.close();
  const manager = await open(browser, 'manager', '/store', { viewport: PHONE });
  await manager.page.locator('.card', { hasText: incident.reference }).getByText('Do not ring the store. Send help, without a siren.').waitFor();
  await manager.close();
});

test('an incident says how many transactions are not shown, and hides none of those that it has', async () => {
  const { incident } = await theft();
  await eventually(async () => Boolean((await api('desk', `/incidents/${incident.id}`)).context), 'enriched');
  const { page, complaints, close } = await open(browser, 'desk', '/incidents', { serviceWorkers: 'block' });
  const shown = async (/** @type {number} */ omitted) => {
    await page.unrouteAll();
    await page.route(`**/api/v1/incidents/${incident.id}`, async (route) => {
      const response = await route.fetch();
      const whole = await response.json();
      const sale = (/** @type {number} */ n) => ({ id: `t-${n}`, kind: 'sale', at: whole.context.taken_at, total_minor: 100, currency: 'GBP', lines: [] });
      const tills = [{ till: 'till-1', clock_error_ms: null, transactions: Array.from({ length: 60 }, (_, n) => sale(n)) }];
      await route.fulfill({ response, json: { ...whole, context: { ...whole.context, tills, omitted } } });
    });
    await page.goto(`/incidents/${incident.id}`);
    await page.locator('details.till').waitFor();
    assert.equal(await page.locator('details.till li').count(), 60);
    return page.locator('[data-omitted]');
  };
  assert.match(await (await shown(120)).innerText(), /^120 more transactions are not shown\./);
  assert.match(await (await shown(1)).innerText(), /^1 more transaction is not shown\./);
  assert.equal(await (await shown(0)).count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});

test('what is wrong in a form is named by its label, has the focus, and leads to the field', async () => {
  const { page, complaints, close } = await open(browser, 'admin', '/people?id=new');
  await page.getByLabel('Name').fill('Nobody Yet');
  /** @type {string[]} */ const sent = [];
  page.on('request', (request) => { if (request.method() === 'PUT') sent.push(request.url()); });
  await page.locator('.editor button[type="submit"]').click();
  await page.locator('.summary:focus').waitFor();
  await page.locator('.summary').getByRole('link', { name: 'Which store' }).click();
  await page.getByLabel('Which store').and(page.locator(':focus')).waitFor();
  assert.deepEqual(sent, [], 'nothing was asked of the server');
  assert.deepEqual(complaints, []);
  await close();
});

test('a personal text is erased only by typing the reference of its incident', async () => {
  const { incident } = await theft();
  await api('desk', `/incidents/${incident.id}/acknowledge`, {});
  await api('desk', `/incidents/${incident.id}/resolve`, { resolution: 'no_action' });
  const { page, close } = await open(browser, 'admin', `/incidents/${incident.id}`);
  await page.locator('[data-action="erase"]').click();
  await page.getByLabel('Why').selectOption('requested');
  const go = page.locator('dialog button[type="submit"]');
  await go.click();
  await page.getByText(`Type ${incident.reference} exactly.`).waitFor();
  assert.equal((await api('desk', `/incidents/${incident.id}`)).erased, null);
  await page.getByLabel(/To confirm/).fill(incident.reference.toLowerCase());
  await go.click();
  await eventually(async () => Boolean((await api('desk', `/incidents/${incident.id}`)).erased), 'erased');
  await close();
});

test('a lost stream is said in red with its age; what happened meanwhile is there when it comes back', async () => {
  const { page, context, complaints, close } = await open(browser, 'desk', '/desk');
  await page.locator('.live.live').waitFor();
  await context.setOffline(true);
  await page.locator('div.lost', { hasText: /\d+ s old/ }).waitFor({ timeout: 25_000 });
  const { incident } = await panic();
  await page.waitForTimeout(1000);
  assert.equal(await page.locator(row(incident.id)).count(), 0);
  await context.setOffline(false);
  await page.locator('div.lost').waitFor({ state: 'detached', timeout: 20_000 });
  await page.locator(row(incident.id)).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('what ended while the stream was deaf leaves the queue with a resync', async () => {
  const [open_, ended_] = [await panic(), await panic()];
  const { page, close } = await open(browser, 'desk', '/incidents', { serviceWorkers: 'block' });
  await page.addInitScript(() => {
    const world = /** @type {any} */ (globalThis);
    globalThis.EventSource = class extends EventSource {
      /** @param {string | URL} url */
      constructor(url) { super(url); world.stream = this; }
      /** @param {string} kind @param {any} listen */
      addEventListener(kind, listen) { super.addEventListener(kind, (e) => { if (!world.deaf || !kind.startsWith('incident.')) listen(e); }); }
    };
  });
  await page.goto('/desk');
  for (const { incident } of [open_, ended_]) await page.locator(row(incident.id)).waitFor({ state: 'attached' });
  await page.evaluate(() => { /** @type {any} */ (globalThis).deaf = true; });
  await api('desk', `/incidents/${ended_.incident.id}/false-alarm`, {});
  await page.waitForTimeout(1000);
  assert.equal(await page.locator(row(ended_.incident.id)).count(), 1, 'nobody has told it');
  await page.evaluate(() => { const world = /** @type {any} */ (globalThis); world.deaf = false; world.stream.dispatchEvent(new MessageEvent('resync', { data: '{}' })); });
  await page.locator(row(ended_.incident.id)).waitFor({ state: 'detached' });
  assert.equal(await page.locator(row(open_.incident.id)).count(), 1);
  await close();
  await api('desk', `/incidents/${open_.incident.id}/false-alarm`, {});
});

test('what ended between the list and the first word of the stream leaves the queue', async () => {
  const { incident } = await panic();
  const { page, close } = await open(browser, 'desk', '/incidents', { serviceWorkers: 'block' });
  await page.route('**/api/v1/live*', (route) => route.abort());
  await page.goto('/desk');
  await page.locator(row(incident.id)).waitFor({ state: 'attached' });
  await api('desk', `/incidents/${incident.id}/false-alarm`, {});
  await page.unroute('**/api/v1/live*');
  await page.locator('.live.live').waitFor({ timeout: 15_000 });
  await page.locator(row(incident.id)).waitFor({ state: 'detached' });
  await close();
});

test('one stream per browser: a second tab listens to the first and takes over when it closes', async () => {
  const { page, context, close } = await open(browser, 'desk', '/desk');
  await page.locator('.live.live').waitFor();
  let streams = 0;
  const second = await context.newPage();
  second.on('request', (request) => { if (request.url().includes('/api/v1/live')) streams++; });
  await second.goto('/desk');
  await second.locator('.live.live').waitFor({ timeout: 15_000 });
  assert.equal(streams, 0);
  await page.close();
  await eventually(async () => streams === 1, 'the second tab listens itself');
  const { incident } = await panic();
  await second.locator(row(incident.id)).waitFor();
  await close();
});

test('a shift starts with one press: sound is on, can be silenced and says so', async () => {
  const { page, close } = await open(browser, 'desk', '/desk');
  await page.locator('#start-shift').click();
  await page.locator('#shift').waitFor();
  await page.locator('.shift button').click();
  await page.locator('.shift button', { hasText: /5\d s|1 min/ }).waitFor();
  await close();
});

test('a manager acknowledges on a phone with one tap', async () => {
  const { incident } = await panic();
  const { page, complaints, close } = await open(browser, 'manager', '/store', { viewport: PHONE, hasTouch: true });
  await page.locator('.card', { hasText: incident.reference }).getByRole('button', { name: 'Acknowledge' }).click();
  await eventually(async () => (await api('desk', `/incidents/${incident.id}`)).state === 'acknowledged', 'acknowledged');
  assert.deepEqual(complaints, []);
  await close();
});

test('a chosen incident scrolls by itself: head, figures and queue stay where they are', async () => {
  const { incident } = await panic();
  for (const viewport of [LAPTOP, PHONE]) {
    const { page, close } = await open(browser, 'desk', '/desk', { viewport });
    await page.locator(row(incident.id)).click();
    await page.locator('.pane [data-part="timeline"] li').first().waitFor();
    const scrolled = await page.evaluate(() => {
      const pane = /** @type {HTMLElement} */ (document.querySelector('.pane'));
      pane.scrollTo(0, 9999);
      scrollTo(0, 9999);
      return { pane: pane.scrollTop, page: scrollY, head: document.querySelector('.head')?.getBoundingClientRect().top, queue: document.querySelector('.grid')?.clientHeight ?? 0 };
    });
    assert.ok(scrolled.pane > 200, JSON.stringify(scrolled));
    assert.equal(scrolled.page, 0);
    assert.equal(scrolled.head, 0);
    assert.ok(scrolled.queue < viewport.height, JSON.stringify(scrolled));
    await close();
  }
  await api('desk', `/incidents/${incident.id}/false-alarm`, {});
});

test('what the server refuses is said in the dialog that asked, not under its shade', async () => {
  const { incident } = await theft();
  const { page, complaints, close } = await open(browser, 'desk', `/incidents/${incident.id}`);
  await page.locator('[data-part="said"]').waitFor();
  await page.keyboard.press('v');
  await page.getByLabel('Risk, 0 to 100').fill('500');
  await page.getByLabel('Why?').fill('Worse than it looks');
  await page.locator('dialog button[type="submit"]').click();
  await page.locator('dialog .field.wrong', { hasText: 'Risk' }).locator('input:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.press('r');
  await page.getByLabel('How did it end?').selectOption('no_action');
  await api('desk', `/incidents/${incident.id}/false-alarm`, {});
  await page.locator('dialog button[type="submit"]').click();
  await page.locator('dialog .callout.bad:focus').waitFor();
  assert.equal(await page.locator('.notes .note').count(), 0);
  complaints.splice(0, complaints.length, ...complaints.filter((words) => !/status of 4(09|22)/.test(words)));
  assert.deepEqual(complaints, []);
  await close();
});

test('an incident says where help drives to, when it happened, and the day of what was another day', async () => {
  const site = await api('admin', `/sites/${person('clerk').site}`);
  await save(`/sites/${site.id}`, { ...site, address: '12 Briggate, Leeds' });
  const occurred_at = new Date(Date.now() - 3_600_000).toISOString();
  const { incident } = await api('clerk', '/reports', { site: site.id, category: 'theft', occurred_at, fields: {}, items: [] });
  const { page, close } = await open(browser, 'desk', `/incidents/${incident.id}`);
  await page.locator('.incident-head', { hasText: '12 Briggate, Leeds' }).waitFor();
  await page.locator('.incident-head', { hasText: /Happened at .*\d\d:\d\d/ }).waitFor();
  await close();
  const now = await api('admin', `/sites/${site.id}`);
  await save(`/sites/${site.id}`, { ...now, address: site.address });
});

test('a queue that could not be read whole says so, counts nothing, and is read again by itself', async () => {
  const { page, close } = await open(browser, 'desk', '/incidents', { serviceWorkers: 'block' });
  await page.route('**/api/v1/incidents?open=true*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }));
  await page.goto('/desk');
  await page.locator('.live.live').waitFor();
  const { incident } = await panic();
  await page.locator(row(incident.id)).waitFor();
  await page.locator('.queue .callout', { hasText: 'Not all open incidents could be read' }).waitFor();
  assert.equal(await page.locator('[data-figure="open"] dd').innerText(), '–');
  await page.unroute('**/api/v1/incidents?open=true*');
  await page.locator('.queue .callout').waitFor({ state: 'detached', timeout: 10_000 });
  assert.match(await page.locator('[data-figure="open"] dd').innerText(), /^\d+$/);
  await close();
  await api('desk', `/incidents/${incident.id}/false-alarm`, {});
});

for (const [status, headers, wait_ms] of /** @type {[number, Record<string, string>, number | null][]} */ ([[503, { 'retry-after': '4' }, 4000], [403, {}, null]])) {
  test(`a queue that was answered with ${status} is ${wait_ms ? 'read again no sooner than the server says' : 'not read again by itself'}`, async () => {
    const { page, close } = await open(browser, 'desk', '/incidents', { serviceWorkers: 'block' });
    /** @type {number[]} */ const asked = [];
    await page.route('**/api/v1/incidents?open=true*', (route) => {
      asked.push(Date.now());
      return route.fulfill({ status, headers: { 'content-type': 'application/problem+json', ...headers }, body: '{}' });
    });
    await page.goto('/desk');
    await page.locator('.live.live').waitFor();
    await page.waitForTimeout(7000);
    if (wait_ms === null) assert.equal(asked.length, 1, JSON.stringify(asked.map((at) => at - asked[0])));
    else assert.ok(asked.length === 2 && asked[1] - asked[0] >= wait_ms, JSON.stringify(asked.map((at) => at - asked[0])));
    await close();
  });
}

test('a manager whose list could not be read is not told that the connection is gone, and gets it by itself', async () => {
  const { page, close } = await open(browser, 'manager', '/store', { viewport: PHONE, serviceWorkers: 'block' });
  await page.locator('.title-line p').waitFor();
  await page.route('**/api/v1/incidents?open=true*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }));
  await page.reload();
  await page.locator('.callout.bad', { hasText: 'Trying again' }).waitFor();
  assert.equal(await page.getByText('No connection').count(), 0);
  await page.unroute('**/api/v1/incidents?open=true*');
  await page.locator('.callout.bad', { hasText: 'Trying again' }).waitFor({ state: 'detached', timeout: 10_000 });
  await close();
});

test('a list kept by its address whose store is gone says what to take away', async () => {
  const { page, close } = await open(browser, 'analyst', '/incidents?site=nowhere&since=2026-11-01');
  await page.getByRole('button', { name: 'Remove From Sun 1 Nov' }).or(page.getByRole('button', { name: 'Remove From Sun, 1 Nov' })).waitFor();
  await page.getByRole('button', { name: 'Remove Nowhere' }).click();
  await page.locator('.list tbody tr').first().waitFor();
  assert.equal(new URL(page.url()).search, '?since=2026-11-01');
  await close();
});

test('a real flood is grouped by store, and a person may still ask for the plain list', async () => {
  const { page, complaints, close } = await open(browser, 'desk', '/desk');
  const site = person('clerk').site;
  for (let i = 0; i < 12; i++) await api('clerk', '/reports', { site, category: 'threat', narrative: `Threats at the tills, number ${i}`, fields: {}, items: [] });
  await page.locator('.flood', { hasText: 'Grouped by store' }).waitFor();
  await page.locator('.grid-row .fold').first().waitFor();
  await page.locator('.grid-row', { has: page.locator('.fold') }).first().click({ position: { x: 10, y: 10 } });
  await page.keyboard.press('a');
  await page.locator('.note', { hasText: /Shift\+A acknowledges all|All of these are taken/ }).waitFor();
  assert.ok((await page.locator('.pane .together li').count()) > 1, 'the pane lists them');
  await page.locator('.pane').getByRole('button', { name: /^Acknowledge/ }).click();
  await page.locator('.pane', { hasText: 'All of these are taken' }).waitFor();
  await page.locator('.grid:focus').waitFor();
  await page.getByRole('button', { name: 'Show one by one' }).click();
  await page.locator('.grid-row .fold').first().waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await close();
});
