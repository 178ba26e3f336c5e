// The protocol's own client: by polling, by WebSocket, and from one to the other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Socket } from 'engine.io-client';
import { dataDir, freePort, Server } from '../server.js';

let server;
before(async () => { server = await new Server(await freePort(), dataDir(), ['--set', 'network.protocol-fixture=patient']).start(); });
after(() => server.kill('SIGTERM'));

function dial(transports, more = {}) {
  const socket = new Socket(server.url, { transports, ...more });
  socket.heard = [];
  socket.on('message', data => socket.heard.push(data));
  socket.closed = new Promise(done => socket.once('close', reason => done(reason)));
  socket.opened = new Promise((done, failed) => { socket.once('open', done); socket.once('error', failed); });
  return socket;
}

async function until(what, condition) {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('not in time: ' + what);
    await new Promise(r => setTimeout(r, 5));
  }
}

for (const transports of [['polling'], ['websocket']]) {
  test(`text and binary messages come back in order by ${transports}`, async () => {
    const socket = dial(transports);
    await socket.opened;
    const said = ['one', 'tw\u00f6 \u4e2d \ud83d\ude00', Buffer.from([0, 1, 255]), 'x'.repeat(20_000), Buffer.alloc(0)];
    for (const each of said) socket.send(each);
    await until('the echo', () => socket.heard.length === said.length);
    assert.deepEqual(socket.heard.map(each => (typeof each === 'string' ? each : Buffer.from(each))), said);
    socket.close();
    await socket.closed;
  });
}

test('a thousand messages by polling, bodies split by maxPayload', async () => {
  const socket = dial(['polling']);
  await socket.opened;
  for (let i = 0; i < 1000; i++) socket.send(`${i} ${'y'.repeat(3000)}`);
  await until('the echo', () => socket.heard.length === 1000);
  assert.deepEqual(socket.heard.map(each => Number.parseInt(each, 10)), [...Array(1000).keys()]);
  socket.close();
});

test('400 messages during the upgrade: none lost, none twice, in order', async () => {
  for (let round = 0; round < 5; round++) {
    const socket = dial(['polling', 'websocket']);
    await socket.opened;
    const upgraded = new Promise(done => socket.once('upgrade', done));
    for (let i = 0; i < 400; i++) {
      socket.send(i % 7 === 0 ? Buffer.from(String(i)) : String(i));
      if (i % 20 === 19) await new Promise(r => setTimeout(r, 2));
    }
    await until('the echo', () => socket.heard.length >= 400);
    await upgraded;
    assert.deepEqual(socket.heard.map(each => Number(Buffer.from(each).toString())), [...Array(400).keys()]);
    assert.equal(socket.transport.name, 'websocket');
    socket.close();
    await socket.closed;
  }
});

test('an unknown id ends the client', async () => {
  const socket = dial(['polling'], { query: { sid: 'abc' } });
  await assert.rejects(socket.opened);
});
