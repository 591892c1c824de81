// The shop floor's golden paths: a theft in six taps, the help button by every way, the desk sees both.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { LAPTOP, PHONE, api, browse, demo, enter, enterAs, eventually, open, person, save, taps, theft } from './shop.mjs';

/** @type {import('playwright-core').Browser} */ let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

test('a theft is reported in at most six taps, and the desk has what was said', async () => {
  const { page, complaints, close } = await open(browser, 'clerk', '/terminal', { viewport: PHONE, hasTouch: true });
  await page.locator('[data-category="theft"]').click();
  await page.locator('#q-where label').first().click();
  const questions = page.locator('.questions fieldset:not(#q-where, #q-who)');
  for (let i = 0; i < Math.min(3, await questions.count()); i++) await questions.nth(i).locator('label').first().click();
  await page.locator('button.send').click();
  assert.ok((await taps(page)) <= 6, `${await taps(page)} taps`);
  const reference = await page.locator('.reference strong').innerText();
  assert.match(reference, /^INC-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  const [found] = (await api('desk', `/incidents?q=${reference}`)).items;
  const incident = await api('desk', `/incidents/${found.id}`);
  assert.equal(incident.category, 'theft');
  assert.equal(incident.channel, 'terminal');
  assert.ok(incident.area, 'where it happened');
  assert.ok(Object.keys(incident.fields).length >= 2, 'the answers');
  assert.deepEqual(complaints, []);
  await close();
});

test('a help button held for less than its time calls nobody', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal');
  const before = (await api('clerk', '/incidents?category=panic&limit=200')).items.length;
  const box = await page.locator('#panic').boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 50, box.y + 20);
  await page.mouse.down();
  await page.waitForTimeout(350);
  await page.mouse.up();
  await page.getByRole('button', { name: 'Keep it held down for 0.8 s' }).waitFor({ timeout: 1000 });
  await page.waitForTimeout(1200);
  assert.equal((await api('clerk', '/incidents?category=panic&limit=200')).items.length, before);
  assert.equal(await page.locator('.help').count(), 0);
  await close();
});

/** @param {import('playwright-core').Page} page */
async function holdF12(page) {
  await page.keyboard.down('F12');
  await page.waitForTimeout(1100);
  await page.keyboard.up('F12');
}

/** The server has the call, whoever is reached. @param {import('playwright-core').Page} page */
const onServer = (page) => page.locator('.help .progress', { hasText: 'INC-' }).waitFor();

for (const [way, press] of /** @type {[string, (page: import('playwright-core').Page) => Promise<void>][]} */ ([
  ['pointer', async (page) => {
    const box = await page.locator('#panic').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 50, box.y + 20);
    await page.mouse.down();
    await page.waitForTimeout(1100);
    await page.mouse.up();
  }],
  ['F12', holdF12],
  ['Space', async (page) => { await page.locator('#panic').focus(); await page.keyboard.down(' '); await page.waitForTimeout(1100); await page.keyboard.up(' '); }],
])) {
  test(`help called by ${way} stands on the desk's screen`, async () => {
    const desk = await open(browser, 'desk', '/desk');
    await desk.page.locator('.live.live').waitFor();
    const { page, complaints, close } = await open(browser, 'clerk', '/terminal');
    await press(page);
    await page.locator('.help .progress .done').nth(1).waitFor();
    const [, reference] = /(INC-[0-9A-Z]{4}-[0-9A-Z]{4})/.exec(await page.locator('.progress').innerText()) ?? [];
    const [found] = (await api('desk', `/incidents?q=${reference}`)).items;
    await desk.page.locator(`[id="row-${found.id}"] .sev.p1`).waitFor();
    await api('desk', `/incidents/${found.id}/acknowledge`, {});
    await page.locator('.progress .done').nth(2).waitFor();
    assert.deepEqual([...complaints, ...desk.complaints], []);
    await close();
    await desk.close();
  });
}

test('a press by accident is said to the desk, which calls back all the same: nobody in the store can take the call back', async () => {
  await hush(false);
  const { page, complaints, close } = await open(browser, 'clerk', '/terminal');
  await holdF12(page);
  await onServer(page);
  const [, reference] = /(INC-[0-9A-Z]{4}-[0-9A-Z]{4})/.exec(await page.locator('.progress').innerText()) ?? [];
  const [{ id }] = (await api('desk', `/incidents?q=${reference}`)).items;
  const accident = page.getByRole('button', { name: 'It was an accident' });
  await accident.click();
  await page.getByText('The desk will still call you back').waitFor();
  assert.equal(await accident.count(), 0, 'said once');
  await eventually(async () => {
    const { comments } = await api('desk', `/incidents/${id}`);
    return comments.length === 1 && comments[0].text === 'Reported as an accident by the person who pressed';
  }, 'the desk reads it');
  assert.ok(['open', 'acknowledged', 'responding'].includes((await api('desk', `/incidents/${id}`)).state), 'still to be looked after');
  assert.deepEqual(complaints, []);
  await close();
  for (const [incident, offered] of /** @type {[string, number][]} */ ([[id, 0], [(await theft()).incident.id, 1]])) {
    const manager = await open(browser, 'manager', `/incidents/${incident}`);
    await manager.page.locator('[data-action="override"]').first().waitFor({ state: 'attached' });
    assert.equal(await manager.page.locator('.menu [data-action="withdraw"]').count(), offered);
    await manager.close();
  }
});

test('help pressed again after an accident is a call of its own', async () => {
  await hush(false);
  const { page, complaints, close } = await open(browser, 'clerk', '/terminal');
  await holdF12(page);
  await onServer(page);
  const first = await page.locator('.progress').innerText();
  await page.getByRole('button', { name: 'It was an accident' }).click();
  await page.getByText('Noted as an accident').waitFor();
  await holdF12(page);
  await page.getByText('Noted as an accident').waitFor({ state: 'detached' });
  await onServer(page);
  const numbered = (/** @type {string} */ words) => /INC-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words)?.[0];
  assert.notEqual(numbered(await page.locator('.progress').innerText()), numbered(first));
  await page.getByRole('button', { name: 'It was an accident' }).waitFor();
  await page.getByRole('button', { name: 'Stop the siren' }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

/** Sets whether help is called silently in the clerk's store. @param {boolean} silent */
async function hush(silent) {
  const site = await api('admin', `/sites/${person('clerk').site}`);
  await save(`/sites/${site.id}`, { ...site, panic: { ...site.panic, silent } });
}

test('a terminal with an old copy of its store cannot break the silence of a call, and goes quiet as soon as it hears', async () => {
  await hush(true);
  try {
    const { page, close } = await open(browser, 'clerk', '/terminal', { serviceWorkers: 'block' });
    await page.route('**/api/v1/me', async (route) => {
      const response = await route.fetch();
      const me = await response.json();
      await route.fulfill({ response, json: { ...me, site: { ...me.site, panic: { ...me.site.panic, silent: false } } } });
    });
    await page.addInitScript(() => { const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function (when) { /** @type {any} */ (globalThis).sounded = true; start.call(this, when); }; });
    await page.reload();
    await page.locator('.tile').first().waitFor();
    await holdF12(page);
    await onServer(page);
    const [, reference] = /(INC-[0-9A-Z]{4}-[0-9A-Z]{4})/.exec(await page.locator('.progress').innerText()) ?? [];
    assert.equal((await api('desk', `/incidents?q=${reference}`)).items[0].silent, true);
    await page.locator('.help.silent').waitFor();
    await page.getByRole('button', { name: 'It was an accident' }).click();
    await page.getByText('Noted. Somebody will still look into it.').waitFor();
    assert.equal(await page.getByText('call you back').count(), 0, 'nobody rings a store that called silently');
    await page.waitForTimeout(2500);
    assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).sounded), undefined, 'not for a moment');
    await close();
  } finally { await hush(false); }
});

test('the siren can be stopped while it sounds, and only then', async () => {
  await hush(false);
  const { page, close } = await open(browser, 'clerk', '/terminal', { serviceWorkers: 'block' });
  await holdF12(page);
  const stop = page.getByRole('button', { name: 'Stop the siren' });
  await stop.click();
  await stop.waitFor({ state: 'detached' });
  await page.addInitScript(() => { AudioContext.prototype.resume = () => Promise.reject(new Error()); Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' }); });
  await page.reload();
  await page.locator('.tile').first().waitFor();
  await holdF12(page);
  await onServer(page);
  assert.equal(await stop.count(), 0, 'nothing sounds in a browser that keeps it silent');
  await close();
});

test('without a connection the siren sounds all the same', async () => {
  await hush(false);
  const { page, context, close } = await open(browser, 'clerk', '/terminal');
  await page.locator('.last li, .last p').first().waitFor();
  await context.setOffline(true);
  await holdF12(page);
  await page.getByRole('button', { name: 'Stop the siren' }).waitFor();
  await close();
});

test('an open terminal learns that its store has become silent', async () => {
  await hush(false);
  const { page, context, close } = await open(browser, 'clerk', '/terminal');
  await page.locator('.connection', { hasText: 'Connected' }).waitFor();
  try {
    const asked = page.waitForResponse((r) => r.url().endsWith('/api/v1/me'));
    await hush(true);
    assert.equal((await (await asked).json()).site.panic.silent, true);
    await context.setOffline(true);
    await holdF12(page);
    await page.getByRole('heading', { name: 'Noted' }).waitFor();
    assert.equal(await page.locator('.help.silent').count(), 1);
    await close();
  } finally { await hush(false); }
});

test('whoever has several stores says once which one they are in, before help can be called', async () => {
  const site = await api('admin', `/sites/${person('clerk').site}`);
  const who = `area-manager-${Date.now()}`;
  await save(`/people/${who}`, /** @type {any} */ ({ name: 'Alex Area', role: 'manager', reach: { kind: 'region', id: site.region }, contacts: [], active: true, version: 0 }));
  const context = await browser.newContext({ viewport: PHONE, baseURL: demo.url });
  const page = await context.newPage();
  /** @type {any[]} */ const pressed = [];
  page.on('request', (request) => { if (request.url().endsWith('/api/v1/panic')) pressed.push(request.postDataJSON()); });
  await enterAs(page, who);
  for (const path of ['/terminal?report=theft', '/terminal']) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'Which store are you in?' }).waitFor();
    assert.equal(await page.locator('#panic').count(), 0);
  }
  await holdF12(page);
  assert.deepEqual(pressed, []);
  await page.getByRole('button', { name: site.name, exact: true }).click();
  await page.getByText(`Help goes to ${site.name}`).waitFor();
  await page.reload();
  await page.locator('.tile').first().waitFor();
  await holdF12(page);
  await onServer(page);
  assert.deepEqual(pressed.map(({ site, silent }) => [site, silent]), [[site.id, undefined]]);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Another store' }).click();
  await page.getByRole('heading', { name: 'Which store are you in?' }).waitFor();
  assert.equal(await page.locator('#panic').count(), 0);
  await context.close();
});

test('two taps call for help where a person cannot hold', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal');
  await page.getByRole('button', { name: 'This terminal' }).click();
  await page.getByLabel('Tap it twice').check();
  await page.keyboard.press('Escape');
  await page.locator('#panic').click();
  await page.locator('#panic.tapped').waitFor();
  await page.locator('#panic').click();
  await onServer(page);
  await close();
});

/** How a report may stand, and what its person may be told of it, and in the list: never more than is known. @type {[string, {[key: string]: unknown}, string, string?][]} */
const STANDINGS = [
  ['only stored', { deliveries: { planned: 2, sent: 1, accepted: 1, delivered: 0, seen: 0, failed: 0 }, unreached: false }, 'Recorded. Telling the desk…'],
  ['on a screen', { deliveries: { planned: 0, sent: 0, accepted: 0, delivered: 1, seen: 0, failed: 0 }, unreached: false }, 'It has arrived. Nobody has taken it yet.'],
  ['nobody left to tell', { deliveries: { planned: 0, sent: 0, accepted: 0, delivered: 0, seen: 0, failed: 3 }, unreached: true }, 'Nobody has taken it yet. Call the desk or the emergency number.', 'Nobody has taken it yet'],
];
for (const [name, standing, words, calm = words] of STANDINGS) {
  test(`${name}: the sent page, the list and the help page say the same, and no more`, async () => {
    const { page, close } = await open(browser, 'clerk', '/terminal', { serviceWorkers: 'block' });
    await page.addInitScript(() => {
      // A stream that lives and tells of nothing.
      globalThis.EventSource = /** @type {any} */ (class extends EventTarget {
        constructor() {
          super();
          const say = (/** @type {string} */ kind) => this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify({ server_time: new Date().toISOString(), resumed: true }) }));
          setTimeout(say, 0, 'hello');
          this.ticking = setInterval(say, 1000, 'tick');
        }
        close() { clearInterval(this.ticking); }
      });
    });
    await page.route('**/api/v1/incidents?**', async (route) => {
      const response = await route.fetch();
      const list = await response.json();
      const waits = { state: 'open', owner: null, acknowledge_by: new Date(Date.now() + 3_600_000).toISOString(), breached: { acknowledge: false, resolve: false } };
      await route.fulfill({ response, json: { ...list, items: list.items.map((/** @type {object} */ item) => ({ ...item, ...waits, ...standing })) } });
    });
    await page.goto('/terminal?report=suspicious');
    await page.locator('#note').fill('Somebody looks at the cameras');
    await page.locator('button.send').click();
    await page.locator('.sent .lead', { hasText: words }).waitFor();
    await page.getByRole('button', { name: /^Done/ }).click();
    await page.locator('.last li b').filter({ hasText: new RegExp(`^${calm}$`) }).first().waitFor();
    assert.equal(await page.locator('.last', { hasText: 'emergency number' }).count(), 0);
    await holdF12(page);
    await onServer(page);
    const steps = page.locator('.help .progress li');
    if (name === 'on a screen') await page.locator('.help .progress .done', { hasText: 'It has arrived' }).waitFor();
    else await steps.nth(1).filter({ hasText: standing.unreached ? 'Nobody reached yet' : 'Telling the desk…' }).waitFor();
    assert.equal(await page.locator('.help .callout', { hasText: words }).count(), standing.unreached ? 1 : 0);
    assert.ok(!(await page.locator('.help').innerText()).includes('has been told'));
    await close();
  });
}

test('without a connection the list says that it does not know, and not that nobody came', async () => {
  const { incident } = await theft();
  const { page, context, close } = await open(browser, 'clerk', '/terminal');
  await page.locator('.last li b').first().waitFor();
  await context.setOffline(true);
  await page.locator('.last li b', { hasText: 'Not known: no connection' }).first().waitFor();
  assert.equal(await page.locator('.last', { hasText: 'Nobody has taken it' }).count(), 0);
  await context.setOffline(false);
  await page.locator('.last li b', { hasText: 'Not known' }).first().waitFor({ state: 'detached', timeout: 20_000 });
  for (const [verb, body] of /** @type {[string, object][]} */ ([['acknowledge', {}], ['resolve', { resolution: 'no_action' }]])) await api('desk', `/incidents/${incident.id}/${verb}`, body);
  await page.locator('.last li').first().locator('b', { hasText: 'Resolved' }).waitFor();
  await close();
});

test('a call that has not left this device says so, and does not wait for somebody to take it', async () => {
  const { page, context, close } = await open(browser, 'clerk', '/terminal');
  await page.locator('.last li, .last p').first().waitFor();
  await context.setOffline(true);
  await holdF12(page);
  await page.getByText('Not sent yet').waitFor();
  await page.getByText('call the emergency number').waitFor();
  await page.getByRole('heading', { name: 'Nobody knows yet' }).waitFor();
  assert.equal(await page.getByText('Nobody has taken it yet').count(), 0);
  await close();
});

/** Whether one thing on the screen covers part of another. @param {import('playwright-core').Page} page @param {string} a @param {string} b */
const overlap = (page, a, b) => page.evaluate(([a, b]) => {
  const [one, other] = [a, b].map((selector) => /** @type {Element} */ (document.querySelector(selector)).getBoundingClientRect());
  return one.bottom > other.top + 1 && one.top < other.bottom - 1 && one.right > other.left && one.left < other.right;
}, [a, b]);

for (const dialog of ['This terminal', 'Sign out']) {
  test(`help is called at once while "${dialog}" is open`, async () => {
    const { page, close } = await open(browser, 'clerk', '/terminal', { viewport: PHONE });
    await page.locator('.last li, .last p').first().waitFor();
    await page.getByRole('button', { name: dialog, exact: true }).click();
    await page.locator('dialog[open]').waitFor();
    assert.equal(await overlap(page, 'dialog', '#panic'), false);
    const box = await page.locator('#panic').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 50, box.y + 20);
    await page.mouse.down();
    await page.waitForTimeout(1100);
    await page.mouse.up();
    await onServer(page);
    assert.equal(await page.locator('dialog').count(), 0);
    await close();
  });
}

for (const dialog of ['This terminal', 'Sign out']) {
  test(`under "${dialog}" the keyboard reaches the help button, and nothing that is covered`, async () => {
    const { page, close } = await open(browser, 'clerk', '/terminal');
    await page.locator('.last li, .last p').first().waitFor();
    await page.getByRole('button', { name: dialog, exact: true }).click();
    await page.locator('dialog[open]').waitFor();
    const reached = new Set();
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => {
        const active = /** @type {Element} */ (document.activeElement);
        return active.id === 'panic' ? 'panic' : active.closest('dialog') ? 'dialog' : active.closest('.floor, .top') ? active.outerHTML.slice(0, 90) : 'outside';
      }));
    }
    assert.deepEqual([...reached].filter((where) => where !== 'outside').sort(), ['dialog', 'panic']);
    await page.evaluate(() => {
      new MutationObserver(() => {
        if (!document.querySelector('dialog')) /** @type {any} */ (globalThis).free ??= [document.querySelectorAll('[inert]').length, document.activeElement?.getAttribute('aria-label')];
      }).observe(document.body, { childList: true, subtree: true });
    });
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).free), [0, dialog], 'in the moment in which it goes, the keyboard is back where it was');
    await close();
  });
}

test('a message covers the help button at no time', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal?report=theft', { viewport: PHONE });
  await page.locator('#q-where label').first().click();
  await page.locator('button.send').click();
  await page.getByRole('button', { name: 'Add more' }).click();
  await page.locator('#more').fill('A black jacket');
  await page.locator('.say button').click();
  await page.locator('.note').waitFor();
  assert.equal(await overlap(page, '.note', '#panic'), false);
  await close();
});

for (const viewport of [PHONE, LAPTOP, { width: 844, height: 390 }, { width: 320, height: 180 }]) {
  test(`who else is signed in is said without covering the help button, at ${viewport.width} by ${viewport.height}`, async () => {
    const context = await browser.newContext({ viewport, baseURL: demo.url });
    const page = await context.newPage();
    await enter(page, 'clerk');
    await page.locator('.tile').first().waitFor();
    await enter(await context.newPage(), 'manager');
    await page.locator('.other', { hasText: `${person('manager').name} is signed in here now.` }).waitFor();
    await page.getByRole('button', { name: `Go on as ${person('manager').name}` }).waitFor();
    assert.equal(await overlap(page, '.other', '#panic'), false);
    assert.equal(await overlap(page, '.other', '.top'), false, 'nor the way out');
    const box = await page.locator('#panic').boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= viewport.height, JSON.stringify(box));
    await context.close();
  });
}

test('what was typed outlives a way back, a call for help and Done', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal', { viewport: PHONE });
  const note = `He wore a green hat ${Date.now()}`;
  await page.locator('[data-category="theft"]').click();
  await page.locator('#note').fill(note);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.locator('[data-category="theft"]').click();
  assert.equal(await page.locator('#note').inputValue(), note);
  await holdF12(page);
  await onServer(page);
  await page.getByRole('button', { name: 'Done' }).click();
  assert.equal(await page.locator('#note').inputValue(), note);
  await page.locator('button.send').click();
  const reference = await page.locator('.reference strong').innerText();
  await page.getByRole('button', { name: 'Add more' }).click();
  await page.locator('#more').fill('And a scarf');
  await page.getByRole('button', { name: 'Send and close' }).click();
  const [{ id }] = (await api('desk', `/incidents?q=${reference}`)).items;
  await eventually(async () => (await api('desk', `/incidents/${id}`)).comments.some((/** @type {{text: string}} */ c) => c.text === 'And a scarf'), 'the addition was sent');
  await page.locator('[data-category="theft"]').click();
  assert.equal(await page.locator('#note').inputValue(), '', 'a sent report is not begun again');
  await close();
});

test('what was begun says since when, can be begun anew, and is gone after three minutes', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal', { viewport: PHONE });
  await page.clock.install();
  await page.goto('/terminal?report=theft');
  const note = page.locator('#note');
  await note.waitFor();
  const back = async () => {
    await page.getByRole('button', { name: 'Back' }).click();
    await page.locator('[data-category="theft"]').click();
    await note.waitFor();
  };
  await page.clock.fastForward(600_000);
  await note.fill('He wore a green hat');
  const begun = await page.evaluate(() => Date.now());
  assert.equal(await page.locator('.begun').count(), 0);
  await page.clock.fastForward(120_000);
  await note.fill('He wore a green hat and ran');
  await page.clock.fastForward(120_000);
  await back();
  const shown = await page.evaluate((at) => new Date(at).toTimeString().slice(0, 5), begun);
  await page.locator('.begun', { hasText: `Begun at ${shown}` }).waitFor();
  assert.equal(await note.inputValue(), 'He wore a green hat and ran');
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.locator('.begun').waitFor({ state: 'detached' });
  assert.equal(await note.inputValue(), '');
  await note.fill('A red scarf');
  await page.clock.fastForward(181_000);
  await page.locator('.begun').waitFor();
  await back();
  assert.equal(await note.inputValue(), '', 'the next person does not read it');
  assert.equal(await page.locator('.begun').count(), 0);
  await close();
});

test('Escape on the sent page sends nothing that is half typed, and a second press of Send adds nothing', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal?report=theft', { viewport: PHONE });
  await page.locator('#q-where label').first().click();
  await page.locator('button.send').click();
  const reference = await page.locator('.reference strong').innerText();
  await page.getByRole('button', { name: 'Add more' }).click();
  await page.locator('#more').fill('He had a');
  await page.keyboard.press('Escape');
  await page.waitForTimeout(500);
  assert.equal(await page.locator('#more').inputValue(), 'He had a');
  await page.locator('#more').fill('He had a knife');
  await page.evaluate(() => { const form = /** @type {HTMLFormElement} */ (document.querySelector('form.say')); form.requestSubmit(); form.requestSubmit(); });
  await page.locator('#more').waitFor({ state: 'detached' });
  const [{ id }] = (await api('desk', `/incidents?q=${reference}`)).items;
  const said = async () => (await api('desk', `/incidents/${id}`)).comments.map((/** @type {{text: string}} */ c) => c.text);
  await eventually(async () => (await said()).length > 0, 'the addition was sent');
  await page.waitForTimeout(1000);
  assert.deepEqual(await said(), ['He had a knife']);
  await page.keyboard.press('Escape');
  await page.locator('.tile').first().waitFor();
  await close();
});

test('an open terminal says who has signed in in another tab, and goes on as they', async () => {
  const { page, context, close } = await open(browser, 'clerk', '/terminal');
  await page.locator('.connection', { hasText: 'Connected' }).waitFor();
  const other = await context.newPage();
  await enter(other, 'manager');
  await page.getByText(`${person('manager').name} is signed in here now.`).waitFor();
  await page.getByText(`This page was opened by ${person('clerk').name}: nothing on it is sent any more.`).waitFor();
  const help = await page.locator('#panic').boundingBox();
  assert.ok(help && help.y + help.height <= (page.viewportSize()?.height ?? 0), 'help can be called all the same');
  await page.getByRole('button', { name: `Go on as ${person('manager').name}` }).click();
  await page.getByRole('link', { name: 'Home' }).waitFor();
  await page.getByRole('button', { name: 'This terminal' }).click();
  await page.getByText(`Signed in as ${person('manager').name}.`).waitFor();
  await close();
});

test('the help button works at once after the way to press it was changed', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal');
  const way = async (/** @type {string} */ label) => {
    await page.getByRole('button', { name: 'This terminal' }).click();
    await page.getByLabel(label).check();
    await page.keyboard.press('Escape');
  };
  await way('Tap it twice');
  await page.locator('#panic').click();
  await page.locator('#panic.idle').waitFor();
  await way('Hold it down');
  await page.keyboard.press('F12');
  await page.locator('#panic.short').waitFor();
  const short = Date.now();
  await way('Tap it twice');
  await page.locator('#panic').click();
  await page.locator('#panic.tapped').waitFor();
  await page.waitForTimeout(Math.max(0, 3100 - (Date.now() - short))); // what was said of the short press ends meanwhile, the time for a second tap does not
  await page.locator('#panic.tapped').waitFor({ timeout: 100 });
  await page.locator('#panic').click();
  await onServer(page);
  await close();
});

test('a report that says nothing is sent only when that is meant', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal?report=theft', { viewport: PHONE });
  await page.locator('button.send').click();
  await page.getByText('Nothing is filled in yet').waitFor();
  assert.equal(await page.locator('.sent').count(), 0);
  await page.locator('#q-where label').first().click();
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
  await page.locator('#q-where label').first().click();
  await page.locator('button.send').click();
  await page.getByRole('button', { name: 'Send it as it is' }).click();
  await page.locator('.reference strong').waitFor();
  await close();
});

for (const size of [PHONE, LAPTOP, { width: 844, height: 390 }, { width: 320, height: 180 }]) {
  test(`whatever has the focus is in sight, and all can be reached, at ${size.width} × ${size.height}`, async () => {
    const { page, close } = await open(browser, 'clerk', '/terminal?report=theft', { viewport: size });
    await page.locator('#note').waitFor();
    const hidden = [];
    for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement?.id === 'panic')); i++) {
      await page.keyboard.press('Tab');
      const covered = await page.evaluate(() => {
        const active = /** @type {HTMLElement} */ (document.activeElement);
        const shown = (active.closest('label') ?? active).getBoundingClientRect();
        const bars = [...document.querySelectorAll('.help-bar, .report footer')].filter((bar) => !bar.contains(active) && getComputedStyle(bar).position !== 'static');
        const over = bars.some((bar) => { const at = bar.getBoundingClientRect(); return shown.bottom > at.top + 1 && shown.top < at.bottom; });
        return over || shown.bottom > innerHeight + 1 || shown.top < -1 ? active.outerHTML.slice(0, 90) : '';
      });
      if (covered) hidden.push(covered);
    }
    assert.deepEqual(hidden, []);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'panic', 'the help button is the last');
    const small = await page.locator('.top button').evaluateAll((all) => all.map((b) => b.getBoundingClientRect()).filter((r) => r.width < 44 || r.height < 44).length);
    assert.equal(small, 0, 'targets of at least 44 px');
    await close();
  });
}

for (const size of [PHONE, LAPTOP]) {
  test(`the help button is in sight at ${size.width} × ${size.height}, on the first page and in a form`, async () => {
    const { page, close } = await open(browser, 'clerk', '/terminal', { viewport: size });
    for (const path of ['/terminal', '/terminal?report=theft']) {
      await page.goto(path);
      const box = await page.locator('#panic').boundingBox();
      assert.ok(box && box.y >= 0 && box.y + box.height <= size.height && box.height >= 64, JSON.stringify(box));
    }
    await close();
  });
}

test('a report made without a connection is kept, survives a reload, and is sent with its own time', async () => {
  const { page, context, close } = await open(browser, 'clerk', '/terminal');
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state !== 'activated') await new Promise((resolve) => active?.addEventListener('statechange', resolve));
  });
  await page.reload();
  await page.locator('.tile').first().waitFor();
  await page.locator('.last li, .last p').first().waitFor();
  await context.setOffline(true);
  await page.reload();
  await page.locator('[data-category="damage"]').click();
  const made = Date.now();
  await page.locator('#note').fill('A window is broken');
  for (const group of await page.locator('.questions fieldset:not(#q-who)').all()) await group.locator('label').first().click();
  await page.locator('button.send').click();
  await page.getByRole('heading', { name: 'Saved on this device' }).waitFor();
  await page.locator('.connection', { hasText: '1 saved here' }).waitFor();
  await page.reload();
  await page.locator('.connection', { hasText: '1 saved here' }).waitFor();
  await page.waitForTimeout(3000);
  await context.setOffline(false);
  await page.locator('.connection', { hasText: 'saved here' }).waitFor({ state: 'detached', timeout: 30_000 });
  await eventually(async () => {
    const { items } = await api('clerk', '/incidents?category=damage&limit=20');
    return items.filter((/** @type {{occurred_at: string}} */ i) => Math.abs(Date.parse(i.occurred_at) - made) < 2500).length === 1;
  }, 'the report arrived exactly once with the time at which it was made');
  await close();
});

test('what is refused without a word of why is told as refused, and is not tried for ever', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal?report=damage', { serviceWorkers: 'block' });
  let tried = 0;
  await page.route('**/api/v1/reports', (route) => { tried++; return route.fulfill({ status: 413, contentType: 'text/html', body: '<h1>Too large</h1>' }); });
  await page.locator('#note').fill('A window is broken');
  for (const group of await page.locator('.questions fieldset:not(#q-who)').all()) await group.locator('label').first().click();
  await page.locator('button.send').click();
  await page.getByRole('heading', { name: 'Not accepted' }).waitFor();
  await page.locator('.lead', { hasText: 'That is not possible now' }).waitFor();
  await page.evaluate(() => { dispatchEvent(new Event('online')); });
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('not accepted.').waitFor();
  assert.equal(tried, 1);
  await close();
});

test('while the server only answers that it cannot, a terminal that is opened anew still calls for help', async () => {
  const { page, close } = await open(browser, 'clerk', '/terminal', { serviceWorkers: 'block' });
  await page.locator('.last li, .last p').first().waitFor();
  await page.route('**/api/v1/**', (route) => route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }));
  await page.reload();
  await page.locator('.tile').first().waitFor();
  await holdF12(page);
  await page.locator('.help').waitFor();
  await page.unroute('**/api/v1/**');
  await onServer(page);
  await close();
});

test('what happened a while ago is reported with its time, and whoever reports stays chosen', async () => {
  const { page, complaints, close } = await open(browser, 'clerk', '/terminal?report=theft', { viewport: PHONE, hasTouch: true });
  const when = page.getByRole('group', { name: 'When?' });
  assert.ok(await when.getByLabel('Just now').isChecked());
  const made = Date.now();
  await page.locator('#q-where label').first().click();
  await when.getByText('30 min ago').click();
  await when.getByText('30 min ago').click();
  assert.ok(await when.getByLabel('30 min ago').isChecked());
  const who = page.getByRole('group', { name: 'Who is reporting?' });
  await who.locator('label').first().click();
  assert.ok(await who.getByRole('radio').first().isChecked());
  await page.locator('button.send').click();
  const reference = await page.locator('.reference strong').innerText();
  await page.locator('.lead', { hasText: 'Nobody has taken it yet' }).waitFor();
  assert.equal(await page.getByText('Call the desk').count(), 0, 'it counts from now on, not from when it happened');
  const [found] = (await api('desk', `/incidents?q=${reference}`)).items;
  assert.ok(Math.abs(Date.parse(found.occurred_at) - (made - 1_800_000)) < 10_000, found.occurred_at);
  assert.deepEqual(complaints, []);
  await close();
});

test('the shop floor learns that somebody is on call, and not who', async () => {
  const { page, close } = await open(browser, 'clerk', '/policies?show=schedules');
  await page.getByText('Somebody is on call.').first().waitFor();
  const { items } = await api('desk', '/schedules');
  const shown = await page.locator('main').innerText();
  for (const { on_call: call } of items) assert.ok(call.now.name && !shown.includes(call.now.name), call.now.name);
  await close();
});
