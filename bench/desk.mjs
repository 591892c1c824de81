// Opens the desk in Chromium with an open session, makes changes over the API, and measures how busy the page's main
// thread is and how long a change takes from its fact to a frame. Prints JSON. Started by `outcry-bench desk`.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../crates/web/ui/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const { BENCH_URL: url, BENCH_TOKEN: token, BENCH_SESSION: session, CHROMIUM } = process.env;
const seconds = Number(process.env.BENCH_SECONDS);
const changes_per_s = Number(process.env.BENCH_CHANGES);
/** Every so many changes, one row that is on the screen is acknowledged and waited for. */
const PROBE_EVERY = 10;
const SETTLE_MS = 5_000;

const api = async (method, path, body) => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

async function openIncidents() {
  const ids = [];
  for (let after = ''; ;) {
    const page = await api('GET', `/incidents?open=true&limit=200${after}`);
    ids.push(...page.items.map((item) => item.id));
    if (!page.next) return ids;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

/** In the page: notes the first frame in which a row no longer waits, or is gone. */
function observe() {
  window.seen = {};
  const watched = new Set();
  window.watchRow = (id) => watched.add(id);
  const look = () => {
    for (const id of watched) {
      if (document.querySelector(`#row-${CSS.escape(id)} .c-what.waits`)) continue;
      watched.delete(id);
      // The frame that shows it: a task after the next animation frame.
      requestAnimationFrame(() => setTimeout(() => { window.seen[id] = Date.now(); }));
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

const waitingRows = () => [...document.querySelectorAll('.grid-row')]
  .filter((row) => row.querySelector('.c-what.waits'))
  .map((row) => row.id.replace('row-', ''));

const percentile = (values, percent) => values.sort((a, b) => a - b)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const executablePath = CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
await context.addCookies([{ name: 'outcry_session', value: session, url, httpOnly: true, sameSite: 'Strict' }]);
const page = await context.newPage();
await page.addInitScript(observe);
await page.goto(`${url}/desk`);
await page.waitForSelector('.grid-row', { timeout: 60_000 });
const ids = await openIncidents();
await pause(SETTLE_MS);

const devtools = await context.newCDPSession(page);
await devtools.send('Performance.enable', { timeDomain: 'timeTicks' });
const metrics = async () => Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));

const before = await metrics();
const begun = performance.now();
const facts = {};
const under_way = [];
let made = 0;
for (; performance.now() - begun < seconds * 1_000; made++) {
  const due = begun + (made * 1_000) / changes_per_s;
  await pause(Math.max(0, due - performance.now()));
  if (made % PROBE_EVERY === 0) {
    const rows = await page.evaluate(waitingRows);
    const id = rows.find((row) => !(row in facts));
    if (!id) continue;
    facts[id] = null;
    await page.evaluate((row) => window.watchRow(row), id);
    under_way.push(api('POST', `/incidents/${id}/acknowledge`, {}).then(({ incident }) => { facts[id] = Date.parse(incident.acknowledged_at); }));
  } else {
    const id = ids[(made * 7_919) % ids.length];
    under_way.push(api('POST', `/incidents/${id}/comment`, { text: 'Police have been called.' }));
  }
}
const wall_s = (performance.now() - begun) / 1_000;
const after = await metrics();
await Promise.all(under_way);
await pause(1_000);
const seen = await page.evaluate(() => window.seen);
await browser.close();

const latencies = Object.entries(seen).filter(([id]) => facts[id]).map(([id, at]) => at - facts[id]);
if (latencies.length < Object.keys(facts).length * 0.9) throw new Error(`${latencies.length} of ${Object.keys(facts).length} changes were seen`);
const share = (...names) => names.reduce((sum, name) => sum + (after[name] - before[name]), 0) / wall_s * 100;
console.log(JSON.stringify({
  busy_percent: share('TaskDuration'),
  script_percent: share('ScriptDuration'),
  layout_percent: share('LayoutDuration', 'RecalcStyleDuration'),
  screen_p50_ms: percentile(latencies, 50),
  screen_p95_ms: percentile(latencies, 95),
  seen: latencies.length,
  changes_per_s: made / wall_s,
  open: ids.length,
  heap_mb: after.JSHeapUsedSize / 1e6,
}));
