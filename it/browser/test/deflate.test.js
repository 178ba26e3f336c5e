// permessage-deflate (RFC 7692) between the server and two clients that are not ours: Node's ws and Chromium.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { browser, dataDir, freePort, Server } from '../server.js';

const secret = 'a-secret-of-the-deflate-test-0123456789';
// Long and short, alike and not, in more than one script; below 256 bytes the server packs nothing.
const texts = [
  'short',
  'the same again, '.repeat(200),
  'Grüße, 你好, 👋🏽. '.repeat(150),
  Array.from({ length: 3500 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join('').replace(/["\\]/g, '-'),
];
let server;
let chromium;

before(async () => {
  process.env.JWT_SECRET = secret;
  server = await new Server(await freePort(), dataDir(), ['--deflate']).start();
  delete process.env.JWT_SECRET;
  chromium = await browser();
}, { timeout: 120_000 });

after(async () => {
  await chromium?.close();
  await server?.kill();
});

function token(user) {
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ sub: user, username: user, permissions: ['write'], iat: now - 5, exp: now + 600 })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const address = (channel, user) => `${server.url.replace('http', 'ws')}/channel/${channel}/websocket?token=${token(user)}`;

/** In the channel when this resolves; `heard` has the contents of messages. */
async function member(channel, user, options) {
  const socket = new WebSocket(address(channel, user), options);
  socket.heard = [];
  await new Promise((joined, failed) => {
    socket.on('error', failed);
    socket.on('message', data => {
      const frame = JSON.parse(data);
      if (frame.type === 'initial_state') joined();
      if (frame.type === 'message') socket.heard.push(contentOf(frame));
    });
  });
  return socket;
}

const contentOf = frame => frame.message?.content ?? frame.content ?? frame.payload?.content;

async function eventually(what, condition) {
  const until = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(what);
    await new Promise(r => setTimeout(r, 20));
  }
}

test('ws: packed both ways, with and without context takeover, and beside a member that packs nothing', async () => {
  const packs = await member('ws', 'packs', { perMessageDeflate: { threshold: 0 } });
  const alone = await member('ws', 'alone', { perMessageDeflate: { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true, clientMaxWindowBits: 10, serverMaxWindowBits: 10 } });
  const plain = await member('ws', 'plain', { perMessageDeflate: false });
  assert.match(packs.extensions, /permessage-deflate/);
  assert.match(alone.extensions, /permessage-deflate/);
  assert.equal(plain.extensions, '');
  const before = { packs: packs._socket.bytesRead, plain: plain._socket.bytesRead, sent: packs._socket.bytesWritten };
  const said = [];
  for (const from of [packs, alone, plain]) {
    for (const text of texts) {
      from.send(JSON.stringify({ type: 'message', content: text }));
      said.push(text);
      await eventually('its own message comes back', () => from.heard.length === said.length);
    }
  }
  for (const each of [packs, alone, plain]) {
    await eventually('all is heard', () => each.heard.length === said.length);
    assert.deepEqual(each.heard, said);
  }
  const heardPacked = packs._socket.bytesRead - before.packs;
  const heardPlain = plain._socket.bytesRead - before.plain;
  assert.ok(heardPacked < heardPlain * 0.7, `${heardPacked} bytes packed, ${heardPlain} plain`);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  assert.ok(packs._socket.bytesWritten - before.sent < bytes, 'what it said was packed too');
  for (const each of [packs, alone, plain]) each.close();
});

test('Chromium: packed both ways, heard unchanged by ws', async () => {
  const listens = await member('chromium', 'listens', { perMessageDeflate: { threshold: 0 } });
  const page = await chromium.newPage();
  await page.goto(server.url + '/');
  const result = await page.evaluate(async ([url, all]) => {
    const socket = new WebSocket(url);
    const frames = [];
    socket.onmessage = event => frames.push(JSON.parse(event.data));
    const until = async condition => {
      const end = Date.now() + 20_000;
      while (!condition()) {
        if (Date.now() > end) throw new Error(`after ${frames.length} frames`);
        await new Promise(r => setTimeout(r, 20));
      }
    };
    await until(() => frames.some(f => f.type === 'initial_state'));
    for (const text of all) socket.send(JSON.stringify({ type: 'message', content: text }));
    await until(() => frames.filter(f => f.type === 'message').length === all.length);
    return { extensions: socket.extensions, frames: frames.filter(f => f.type === 'message') };
  }, [address('chromium', 'page'), texts]);
  assert.match(result.extensions, /permessage-deflate/);
  assert.deepEqual(result.frames.map(contentOf), texts);
  await eventually('ws hears the page', () => listens.heard.length === texts.length);
  assert.deepEqual(listens.heard, texts);
  listens.close();
  await page.close();
});
