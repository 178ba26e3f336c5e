// The stock client of Socket.IO against the summit dialect: every transport, acks, attachments, recovery, and what a hostile client sends.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { connect as tcp } from 'node:net';
import { after, before, test } from 'node:test';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { dataDir, freePort, Server } from '../server.js';

const SECRET = 'a-test-secret-of-good-length-0123456789-0123456789-0123456789-0123456789';
let server;
before(async () => {
  process.env.EARSHOT_SUMMIT_JWT_SECRET = SECRET;
  server = await new Server(await freePort(), dataDir(), ['--set', 'summit.namespaces=ops']).start();
}, { timeout: 120_000 });
after(() => server.kill('SIGTERM'));

const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(userId, more = {}) {
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ userId, tenantId: 'acme', exp: Math.floor(Date.now() / 1000) + 3600, ...more })}`;
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
}

const open = [];
function dial(user, options = {}, namespace = '') {
  const socket = io(server.url + namespace, { auth: { token: token(user), tenantId: 'default' }, forceNew: true, reconnectionDelay: 50, ...options });
  socket.heard = [];
  socket.on('room:message', message => socket.heard.push(message));
  open.push(socket);
  return socket;
}
const connected = socket => new Promise((done, failed) => {
  socket.once('connect', done);
  socket.once('connect_error', failed);
});
const join = (socket, room, more = {}) => socket.timeout(10_000).emitWithAck('room:join', { room, ...more });
const send = (socket, room, payload, persistent = false) => socket.timeout(10_000).emitWithAck('room:send', { room, payload, persistent });
/** An engine that is still upgrading closes only when it has: what is said before is heard, not missed. */
async function cut(socket) {
  const gone = new Promise(done => socket.once('disconnect', done));
  socket.io.engine.close();
  await gone;
}
async function until(what, condition, ms = 30_000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error('not in time: ' + what);
    await new Promise(r => setTimeout(r, 5));
  }
}
test.afterEach(() => { for (const socket of open.splice(0)) socket.disconnect(); });

for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  test(`rooms, acks and attachments by ${transports.join(' and then ')}`, async () => {
    const room = randomUUID();
    const ada = dial('ada', { transports });
    const bob = dial('bob', { transports });
    const established = new Promise(done => ada.once('connection:established', done));
    await Promise.all([connected(ada), connected(bob)]);
    assert.deepEqual(await established, { connectionId: `acme:ada:${ada.id}`, tenantId: 'acme' });
    assert.deepEqual(await join(ada, room), { success: true });
    await join(bob, `acme:${room}`);
    const acked = await send(ada, room, { type: 'comment', text: 'Hello, \u00e9 \ud83d\ude00' }, true);
    assert.equal(acked.success, true);
    await until('both hear it', () => ada.heard.length === 1 && bob.heard.length === 1);
    assert.deepEqual(bob.heard[0], { ...ada.heard[0], room: `acme:${room}` });
    assert.equal(ada.heard[0].id, acked.messageId);
    await send(bob, room, { picture: Buffer.from([1, 2, 255]), empty: Buffer.alloc(0) });
    await until('the attachments', () => ada.heard.length === 2);
    assert.deepEqual(Buffer.from(ada.heard[1].payload.picture), Buffer.from([1, 2, 255]));
    assert.equal(ada.heard[1].payload.empty.byteLength ?? ada.heard[1].payload.empty.length, 0);
    assert.deepEqual(await ada.timeout(5000).emitWithAck('query:rooms', null), { rooms: [room] });
    assert.deepEqual((await ada.timeout(5000).emitWithAck('query:presence', { room })).presence.map(p => p.userId).sort(), ['ada', 'bob']);
    if (transports.length > 1) await until('the upgrade', () => ada.io.engine.transport.name === 'websocket');
  });
}

test('150 messages during the upgrade: none lost, none twice, in order', async () => {
  const room = randomUUID();
  const ada = dial('ada', { transports: ['polling', 'websocket'] });
  await connected(ada);
  await join(ada, room);
  const acks = [];
  for (let i = 0; i < 150; i++) {
    acks.push(send(ada, room, i));
    if (i % 20 === 19) await new Promise(r => setTimeout(r, 15));
  }
  assert.ok((await Promise.all(acks)).every(a => a.success));
  assert.deepEqual(ada.heard.map(m => m.payload), [...Array(150).keys()]);
});

test('tokens: what is wrong with them is said in the original words', async () => {
  for (const [auth, message] of [[{}, 'Authentication token required'], [{ token: 'x.y.z' }, 'Invalid token'], [{ token: token('ada', { exp: 1 }) }, 'Token expired']]) {
    const socket = dial('ada', { auth });
    await assert.rejects(connected(socket), { message });
    assert.equal(socket.active, false);
  }
});

test('namespaces share a connection and nothing else', async () => {
  const main = dial('ada', { forceNew: false });
  const ops = dial('ada', { forceNew: false }, '/ops');
  await Promise.all([connected(main), connected(ops)]);
  assert.equal(main.io, ops.io);
  await join(main, 'same');
  await join(ops, 'same');
  await send(ops, 'same', 1);
  await until('ops hears it', () => ops.heard.length === 1);
  assert.equal(main.heard.length, 0);
  await assert.rejects(connected(dial('ada', {}, '/nowhere')), { message: 'Invalid namespace' });
});

test('what is missed in a cut comes back, once and in order', async () => {
  const room = randomUUID();
  const ada = dial('ada');
  const bob = dial('bob');
  await Promise.all([connected(ada), connected(bob)]);
  await join(ada, room);
  await join(bob, room);
  await send(bob, room, 0);
  await until('the first', () => ada.heard.length === 1);
  const id = ada.id;
  for (let round = 1; round <= 3; round++) {
    await cut(ada);
    for (let i = 0; i < 5; i++) await send(bob, room, round * 5 - 4 + i);
    await until('ada is back', () => ada.connected);
    assert.equal(ada.recovered, true);
    assert.equal(ada.id, id);
    await until('all of it', () => ada.heard.length >= 1 + 5 * round);
  }
  assert.deepEqual(ada.heard.map(m => m.payload), [...Array(16).keys()]);
  assert.deepEqual((await ada.timeout(5000).emitWithAck('query:rooms')).rooms, [room]);
});

test('nobody comes back to what is somebody else\'s, or after a goodbye', async () => {
  const ada = dial('ada');
  await connected(ada);
  await join(ada, 'r');
  const [pid, offset] = [ada._pid, ada._lastOffset];
  await cut(ada);
  const eve = dial('eve', { auth: { token: token('eve'), pid, offset } });
  await connected(eve);
  assert.deepEqual((await eve.timeout(5000).emitWithAck('query:rooms')).rooms, []);
  await until('ada is back', () => ada.connected);
  assert.equal(ada.recovered, false, 'a record that was shown to somebody else is gone');
  const bob = dial('bob');
  await connected(bob);
  await join(bob, 'r');
  const left = { pid: bob._pid, offset: bob._lastOffset };
  bob.disconnect();
  const again = dial('bob', { auth: { token: token('bob'), ...left } });
  await connected(again);
  assert.deepEqual((await again.timeout(5000).emitWithAck('query:rooms')).rooms, []);
});

test('a killed server comes back, and its clients with all that was said', async () => {
  const room = randomUUID();
  const ada = dial('ada');
  await connected(ada);
  await join(ada, room);
  for (let i = 0; i < 20; i++) assert.ok((await send(ada, room, i)).success);
  await new Promise(r => setTimeout(r, 300)); // what is written down of a connection may be some 100 ms late
  await server.kill('SIGKILL');
  await until('the loss is noticed', () => !ada.connected);
  await server.start();
  await until('ada is back', () => ada.connected);
  assert.equal(ada.recovered, true);
  assert.ok((await send(ada, room, 20)).success);
  await until('the last', () => ada.heard.length >= 21);
  assert.deepEqual(ada.heard.map(m => m.payload), [...Array(21).keys()]);
}, { timeout: 120_000 });

test('what no client sends ends its sender, and nobody else hears of it', async () => {
  const room = randomUUID();
  const good = dial('good', { transports: ['websocket'] });
  await connected(good);
  await join(good, room);
  const bad = ['9', '2', '2[]', '2["connect"]', '2["x"', '511-["x"]', '51-["room:send",{"_placeholder":true,"num":7}]', '2/ops,["x"]',
    `2["x",${'['.repeat(500)}]`, '39999999999999999[]'];
  for (const packet of bad) {
    const socket = dial('bad', { transports: ['websocket'], reconnection: false });
    await connected(socket);
    const gone = new Promise(done => socket.once('disconnect', done));
    socket.io.engine.write(packet);
    assert.match(await gone, /transport/, packet);
  }
  const flood = dial('flood', { transports: ['websocket'], reconnection: false });
  await connected(flood);
  for (let i = 0; i < 5000; i++) flood.io.engine.write(`3${i}[]`);
  assert.equal((await flood.timeout(10_000).emitWithAck('nobody')).error, 'UNKNOWN_EVENT');
  const answers = await Promise.all(Array.from({ length: 400 }, () => flood.timeout(10_000).emitWithAck('query:rooms')));
  assert.ok(answers.some(a => a.error === 'RATE_LIMIT_EXCEEDED'), 'too many are refused');
  assert.equal(answers.length, 400, 'and answered');
  assert.ok((await send(good, room, 'still here')).success);
});

test('half-open connections cost nothing that lasts', async () => {
  const sockets = await Promise.all(Array.from({ length: 500 }, () => new Promise((done, failed) => {
    const socket = tcp(server.port, '127.0.0.1', () => {
      socket.write(`GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n`);
      done(socket);
    });
    socket.once('error', failed);
    socket.on('data', () => {});
  })));
  const ada = dial('ada');
  await connected(ada);
  assert.equal((await join(ada, 'r')).success, true);
  for (const socket of sockets) socket.destroy();
});

// ---- with other dialects

async function waddle(channel) {
  const { waddle: demo } = await (await fetch(server.url + '/demo/config.json')).json();
  const user = demo.users[0];
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/channel/${channel}/websocket?token=${user.token}`);
  socket.heard = [];
  socket.on('message', data => socket.heard.push(JSON.parse(data)));
  await until('the channel', () => socket.heard.some(f => f.type === 'initial_state'));
  return socket;
}
const texts = socket => socket.heard.filter(f => f.type === 'message').map(f => f.message.content);

test('in a meeting everybody hears everybody; outside the same name is two rooms', async () => {
  const lobby = 'public:lobby-' + randomUUID();
  const ada = dial('ada');
  await connected(ada);
  const other = await waddle(lobby);
  await join(ada, lobby);
  for (const payload of ['a string', { type: 'comment', text: 'its text' }, { content: 'its content' }, { message: 'its message' }, { n: 1 }])
    await send(ada, lobby, payload, true);
  await until('the channel hears all', () => texts(other).length === 5);
  assert.deepEqual(texts(other), ['a string', 'its text', 'its content', 'its message', '{"n":1}']);
  other.send(JSON.stringify({ type: 'message', content: 'from the channel' }));
  await until('and is heard', () => ada.heard.length === 6);
  assert.equal(ada.heard[5].payload.text, 'from the channel');
  assert.equal(ada.heard[5].room, lobby);
  assert.ok(ada.heard[5].payload.username);
  other.close();

  const alone = 'alone-' + randomUUID();
  const apart = await waddle(alone);
  await join(ada, alone);
  await send(ada, alone, 'for the room');
  apart.send(JSON.stringify({ type: 'message', content: 'for the channel' }));
  await until('its own echo', () => texts(apart).length === 1);
  assert.deepEqual(texts(apart), ['for the channel']);
  assert.deepEqual(ada.heard.slice(6).map(m => m.payload), ['for the room']);
  assert.deepEqual((await ada.timeout(5000).emitWithAck('query:presence', { room: alone })).presence.map(p => p.userId), ['ada']);
  apart.close();
});
