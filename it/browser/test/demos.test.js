import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { browser, dataDir, eventually, freePort, says, Server, silent } from '../server.js';

const pictures = new URL('../target/', import.meta.url).pathname;
let server;
let chromium;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  server = await new Server(await freePort(), dataDir()).start();
  chromium = await browser();
}, { timeout: 120_000 });

after(async () => {
  await chromium?.close();
  await server?.kill();
});

/** A tab of somebody's own: no shared storage; fails the test when the page throws. */
async function tab(path, options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1000, height: 800 }, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', e => page.problems.push(e.message));
  await page.goto(server.url + path);
  return page;
}

const closeAll = async (...pages) => {
  for (const p of pages) {
    assert.deepEqual(p.problems, [], 'the page threw');
    await p.context().close();
  }
};

const people = page => page.$$eval('#here .person', all => all.map(e => e.textContent));

async function herePeople(page, count) {
  await eventually(page, `${count} people should be here`, n => document.querySelectorAll('#here .person').length === n, count);
}

test('status page shows a healthy node and its sessions', async () => {
  const channel = await tab('/demo/channel.html?as=0');
  await says(channel, '#state', 'connected');
  const page = await tab('/');
  await says(page, '#health', 'healthy');
  await eventually(page, 'one session should be counted', () => document.getElementById('sessions').textContent === '1');
  await says(page, '#dialects', 'waddle');
  await says(page, '#usage-plots', 'Users per hour1 at most');
  await page.screenshot({ path: pictures + 'status.png', fullPage: true });
  await closeAll(page, channel);
});

test('comment thread: two tabs hear each other', async () => {
  const ada = await tab('/demo/comments.html?as=0');
  await says(ada, '#state', 'connected');
  await herePeople(ada, 1);
  const grace = await tab('/demo/comments.html?as=1');
  await herePeople(ada, 2);
  await herePeople(grace, 2);

  await ada.type('#text', 'Is anybody');
  await says(grace, '#typing', 'Ada');
  await ada.fill('#text', 'Is anybody here?');
  await ada.press('#text', 'Enter');
  await says(grace, '.text', 'Is anybody here?');
  await says(ada, '.text', 'Is anybody here?');
  await says(grace, '.say', '▲ 0');

  await grace.click('text=▲ 0');
  await says(ada, '.say', '▲ 1');
  await grace.click('button:has-text("Reply")');
  await grace.fill('#text', 'I am.');
  await grace.click('#post');
  await says(ada, '.replies .text', 'I am.');

  await ada.click('button:has-text("Edit")');
  await ada.fill('#text', 'Is anybody here today?');
  await ada.click('#post');
  await says(grace, '.text', 'here today?');
  await says(grace, '.when', 'edited');
  await ada.screenshot({ path: pictures + 'comments.png', fullPage: true });

  await grace.click('.replies button:has-text("Delete")');
  await silent(ada, '.text', 'I am.');
  await closeAll(grace);
  await herePeople(ada, 1);
  await closeAll(ada);
});

test('comment thread: two tabs of one person are one person, a reader without an account is none', async () => {
  const ada = await tab('/demo/comments.html?as=0');
  const grace = await tab('/demo/comments.html?as=1');
  const graceAgain = await tab('/demo/comments.html?as=1');
  const reader = await tab('/demo/comments.html?as=-1');
  for (const page of [ada, grace, graceAgain, reader]) await herePeople(page, 2);
  assert.equal(await reader.isDisabled('#text'), true);
  await closeAll(graceAgain);
  await ada.fill('#text', 'still two?');
  await ada.press('#text', 'Enter');
  await says(reader, '.text', 'still two?');
  assert.deepEqual((await people(ada)).length, 2);
  await closeAll(ada, grace, reader);
});

test('channel: messages, typing, history, and a cut connection that comes back', async () => {
  const ada = await tab('/demo/channel.html?as=0');
  const grace = await tab('/demo/channel.html?as=1');
  await says(ada, '#state', 'connected');
  await says(grace, '#state', 'connected');
  await herePeople(ada, 2);

  await ada.type('#text', 'Hel');
  await says(grace, '#typing', 'Ada');
  await ada.fill('#text', 'Hello, channel');
  await ada.press('#text', 'Enter');
  await says(grace, '.text', 'Hello, channel');
  await says(ada, '.text', 'Hello, channel');

  await grace.click('#cut');
  await says(grace, '#state', 'coming back');
  await ada.fill('#text', 'said while you were away');
  await ada.press('#text', 'Enter');
  await says(grace, '#state', 'connected');
  await says(grace, '.text', 'said while you were away');

  const late = await tab('/demo/channel.html?as=1');
  await says(late, '.text', 'Hello, channel');
  const texts = await late.$$eval('.text', all => all.map(e => e.textContent));
  assert.equal(texts.filter(t => t === 'Hello, channel').length, 1);
  await ada.screenshot({ path: pictures + 'channel.png', fullPage: true });
  await closeAll(ada, grace, late);
});

test('lobby: a comment thread and a channel are one room', async () => {
  const channel = await tab('/demo/channel.html?as=0&room=lobby');
  const thread = await tab('/demo/comments.html?as=1&room=lobby');
  await says(channel, '#state', 'connected');
  await herePeople(thread, 2);
  await herePeople(channel, 2);
  await channel.fill('#text', 'Hello from the channel');
  await channel.press('#text', 'Enter');
  await says(thread, '.text', 'Hello from the channel');
  await thread.type('#text', 'A');
  await says(channel, '#typing', 'Grace');
  await thread.fill('#text', 'And hello from the comments');
  await thread.click('#post');
  await says(channel, '.text', 'And hello from the comments');
  await channel.screenshot({ path: pictures + 'lobby.png', fullPage: true });
  await closeAll(channel, thread);
});

test('kill -9 and restart: both demos come back by themselves, nothing acknowledged is lost', async () => {
  const channel = await tab('/demo/channel.html?as=0');
  const other = await tab('/demo/channel.html?as=1');
  const thread = await tab('/demo/comments.html?as=0');
  const threadOther = await tab('/demo/comments.html?as=1');
  await says(channel, '#state', 'connected');
  await channel.fill('#text', 'before the crash');
  await channel.press('#text', 'Enter');
  await says(other, '.text', 'before the crash');
  await thread.fill('#text', 'a comment before the crash');
  await thread.press('#text', 'Enter');
  await says(threadOther, '.text', 'a comment before the crash');

  await server.kill();
  await says(channel, '#state', 'coming back');
  await server.start();
  for (const page of [channel, other, thread, threadOther]) await says(page, '#state', 'connected');
  await channel.fill('#text', 'after the crash');
  await channel.press('#text', 'Enter');
  await says(other, '.text', 'after the crash');
  await thread.fill('#text', 'a comment after the crash');
  await thread.press('#text', 'Enter');
  await says(threadOther, '.text', 'a comment after the crash');
  for (const page of [channel, other, thread, threadOther]) {
    await herePeople(page, 2);
    const texts = await page.$$eval('.text', all => all.map(e => e.textContent));
    assert.equal(texts.filter(t => t.endsWith('before the crash')).length, 1, 'said once, there once');
  }
  await closeAll(channel, other, thread, threadOther);
});

test('phone: nothing is wider than the screen', async () => {
  for (const path of ['/', '/demo/comments.html?as=0', '/demo/channel.html?as=0', '/demo/world.html?as=0', '/static/websocket-test.html']) {
    const page = await tab(path, { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true });
    await page.waitForLoadState('networkidle').catch(() => {});
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 375, `${path} is ${wide} pixels wide`);
    await page.screenshot({ path: pictures + `phone-${path.replace(/\W+/g, '-')}.png` });
    await closeAll(page);
  }
});

test('investigation room: presence, kept messages, and a cut that nothing is lost in', async () => {
  const ada = await tab('/demo/room.html?as=0');
  await says(ada, '#state', 'connected');
  await herePeople(ada, 1);
  await ada.fill('#text', 'kept by ada');
  await ada.press('#text', 'Enter');
  await says(ada, '#messages', 'kept by ada');
  const grace = await tab('/demo/room.html?as=1');
  await says(grace, '#messages', 'kept by ada');
  await herePeople(ada, 2);
  await grace.selectOption('#status', 'busy');
  await says(ada, '#here', 'Grace (busy)');
  await ada.click('#cut');
  await eventually(ada, 'the connection should be lost', () => !document.getElementById('state').textContent.startsWith('connected'));
  await grace.uncheck('#persistent');
  await grace.fill('#text', 'said meanwhile');
  await grace.press('#text', 'Enter');
  await says(ada, '#state', 'connected');
  await says(ada, '#messages', 'said meanwhile');
  await says(ada, '#news', 'Back in the room');
  await ada.screenshot({ path: pictures + 'room.png', fullPage: true });
  await closeAll(ada, grace);
});

/** Where somebody or something is, as a page of the walkable room tells those who cannot see it. */
const placeOf = (page, name) => page.$eval('#where', (e, n) => new RegExp(`${n} at ([-\\d.]+, [-\\d.]+)`).exec(e.textContent)?.[1] ?? null, name);

async function samePlace(name, seenBy, knownTo) {
  const until = Date.now() + 20_000;
  for (;;) {
    const places = [await placeOf(seenBy, name), await placeOf(knownTo, name)];
    if (places[0] !== null && places[0] === places[1]) return places[0];
    assert.ok(Date.now() < until, `${name} is at ${places[1]}, but is seen at ${places[0]}`);
    await seenBy.waitForTimeout(50);
  }
}

/** Pixels of a place of the room, in the page. */
async function pixels(page, place) {
  const box = await page.locator('#floor').boundingBox();
  const [x, z] = place.split(', ').map(Number);
  return [box.x + (x / 20) * box.width, box.y + (z / 12) * box.height];
}

test('a room to walk in: two tabs, one of each framing, see each other move, put things down and chat', async () => {
  const ada = await tab('/demo/world.html?as=0', { colorScheme: 'light' });
  await says(ada, '#state', 'connected');
  const grace = await tab('/demo/world.html?as=1&framing=hub', { colorScheme: 'dark' });
  await herePeople(ada, 2);
  await herePeople(grace, 2);
  const before = await samePlace('Ada', grace, ada);

  await ada.focus('#floor');
  const away = Number(before.split(',')[0]) > 10 ? 'ArrowLeft' : 'ArrowRight';
  await ada.keyboard.down(away);
  await eventually(grace, 'Grace should see Ada walk', b => !document.getElementById('where').textContent.includes(`Ada at ${b}`), before);
  await ada.keyboard.up(away);
  assert.notEqual(await samePlace('Ada', grace, ada), before);

  await ada.click('#crate');
  const crate = await samePlace('crate', grace, ada);
  await grace.mouse.move(...await pixels(grace, crate));
  await grace.mouse.down();
  await grace.mouse.move(...await pixels(grace, '10, 3'), { steps: 5 });
  await grace.mouse.up();
  await eventually(ada, 'Ada should see the crate dragged', () => /crate at (9\.[89]|10\.[01]), (2\.9|3\.[01])/.test(document.getElementById('where').textContent));

  await ada.fill('#text', 'Hello from above');
  await ada.press('#text', 'Enter');
  await says(grace, '.text', 'Hello from above');
  await grace.click('.emoji button');
  await ada.screenshot({ path: pictures + 'world-light.png', fullPage: true });
  await grace.screenshot({ path: pictures + 'world-dark.png', fullPage: true });

  await ada.click('#clear');
  await eventually(grace, 'the crate should be gone', () => !document.getElementById('where').textContent.includes('crate'));
  await closeAll(grace);
  await herePeople(ada, 1);
  await eventually(ada, 'Grace should be gone', () => !document.getElementById('where').textContent.includes('Grace'));
  await closeAll(ada);
});

test('lobby: the walkable room and the channel are one', async () => {
  const channel = await tab('/demo/channel.html?as=0&room=lobby');
  const world = await tab('/demo/world.html?as=1&room=lobby');
  await says(channel, '#state', 'connected');
  await says(world, '#here', 'Ada');
  await channel.fill('#text', 'Hello from the channel to the room');
  await channel.press('#text', 'Enter');
  await says(world, '.text', 'Hello from the channel to the room');
  await world.fill('#text', 'Hello from the room to the channel');
  await world.press('#text', 'Enter');
  await says(channel, '.text', 'Hello from the room to the channel');
  await closeAll(channel, world);
});

test('the test client of the seed, from this server and from a web server of its own', async () => {
  const files = createServer((request, response) => {
    const name = new URL(request.url, 'http://x').pathname.slice(1);
    const file = /^[a-z-]+\.(js|html)$/.test(name) ? readFileSync(new URL(`../../../examples/graphwiz/${name}`, import.meta.url)) : '';
    response.writeHead(200, { 'content-type': name.endsWith('.js') ? 'text/javascript' : 'text/html' }).end(file);
  });
  await new Promise(done => files.listen(0, '127.0.0.1', done));
  const elsewhere = `http://localhost:${files.address().port}/websocket-test.html?framing=hub&server=${server.url.replace('http', 'ws')}`;
  const here = await tab('/static/websocket-test.html', { colorScheme: 'dark' });
  const there = await (await chromium.newContext({ viewport: { width: 375, height: 740 }, colorScheme: 'light' })).newPage();
  there.problems = [];
  there.on('pageerror', e => there.problems.push(e.message));
  await there.goto(elsewhere);
  for (const page of [here, there]) {
    await page.click('#connect');
    await says(page, '#state', 'connected');
    await says(page, '#log', 'SERVER_HELLO');
  }
  await here.fill('#message', 'Hello over there');
  await here.click('#chat button');
  await says(there, '#log', 'Hello over there');
  await there.check('#poses');
  await here.click('#spawn');
  await here.click('#move button:not([type])');
  await says(there, '#log', 'POSITION_UPDATE');
  await there.click('#raw button');
  await here.screenshot({ path: pictures + 'websocket-test-dark.png', fullPage: true });
  await there.screenshot({ path: pictures + 'websocket-test-light.png', fullPage: true });
  await here.click('#disconnect');
  await says(here, '#state', 'closed: 1000');
  await closeAll(here, there);
  files.close();
});
