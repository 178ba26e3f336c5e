import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import WebSocketClient from '@intelgraph/websocket-client';
import { record, until } from './support/await.js';
import { Proxy } from './support/proxy.js';
import { servers } from './support/servers.js';

for (const server of servers()) {
  describe(`a client of ${server.name}`, () => {
    let proxy;
    const clients = [];
    let rooms = 0;

    before(async () => {
      await server.start();
      proxy = await new Proxy().start(server.port);
    });
    afterEach(() => {
      clients.splice(0).forEach(client => client.disconnect());
      proxy.open = true;
      proxy.stalled = false;
    });
    after(async () => {
      proxy.stop();
      await server.stop();
      server.clean?.();
    });

    /** A client through the proxy, quick to come back; `events` is what it told. */
    function open(user = 'alice', options = {}) {
      const client = new WebSocketClient({ url: proxy.url, token: server.token(user), reconnectionDelay: 40, reconnectionDelayMax: 200, ...options });
      clients.push(client);
      return Object.assign(client, { heard: record(client) });
    }
    const newRoom = () => `investigation:${process.pid}-${++rooms}`;
    const connected = client => until('connected', () => client.isConnected());

    for (const transport of ['websocket', 'polling']) {
      test(`does what the seed shows, over ${transport}`, async () => {
        const room = newRoom();
        const client = open('alice', { tenantId: 'acme', transports: [transport] });
        const other = open('bob', { transports: [transport] });
        assert.equal(client.getStatus(), 'connecting');

        assert.deepEqual(await client.joinRoom(room, { investigationId: '123' }), { success: true });
        assert.equal(client.getStatus(), 'connected');
        assert.equal(client.isConnected(), true);
        assert.equal(client.heard.of('connection:established')[0].tenantId, 'acme');
        assert.match(client.heard.of('connection:established')[0].connectionId, /^acme:alice:/);
        assert.deepEqual(client.heard.of('room:joined')[0], { room, metadata: { investigationId: '123' } });
        await other.joinRoom(room);
        assert.equal((await until('bob came', () => client.heard.of('presence:join')[0])).user.userId, 'bob');

        const sent = await client.sendMessage(room, { type: 'comment', text: 'Hello, world!' }, true);
        assert.equal(sent.success, true);
        for (const one of [client, other]) {
          const message = await until('the message', () => one.heard.of('room:message')[0]);
          assert.deepEqual([message.id, message.room, message.from, message.payload], [sent.messageId, room, 'alice', { type: 'comment', text: 'Hello, world!' }]);
          assert.equal(typeof message.timestamp, 'number');
        }

        client.setPresenceStatus('away', { lunch: true });
        const away = await until('away', () => other.heard.of('presence:update').at(-1)?.presence.find(user => user.status === 'away'));
        assert.deepEqual([away.userId, away.metadata], ['alice', { lunch: true }]);
        assert.deepEqual((await other.queryPresence(room)).map(user => user.userId).sort(), ['alice', 'bob']);
        assert.deepEqual(await client.queryRooms(), [room]);
        assert.deepEqual(await other.queryPresence('elsewhere'), []);

        assert.equal((await client.leaveRoom(room)).success, true);
        assert.equal((await until('alice left', () => other.heard.of('presence:leave')[0])).userId, 'alice');
        assert.deepEqual(client.heard.of('room:left'), [{ room }]);
        assert.deepEqual(await client.sendMessage(room, 'too late').then(r => r.success), false);
        assert.equal((await until('the error', () => client.heard.of('system:error')[0])).code, 'NOT_IN_ROOM');

        client.disconnect();
        assert.equal(client.getStatus(), 'disconnected');
        assert.deepEqual(client.heard.of('status:change').at(-1), 'disconnected');
      });
    }

    test('falls back to polling where there is no WebSocket', async () => {
      const client = open('alice', { socketOptions: { query: { probe: 'x' }, transportOptions: { websocket: { path: '/nothing/here' } } } });
      await connected(client);
      client.disconnect();
    });

    test('after a cut: the same rooms, and what was missed, once and in order', async () => {
      const room = newRoom();
      const [client, other] = [open('alice'), open('bob', { url: `ws://127.0.0.1:${server.port}` })];
      await client.joinRoom(room);
      await other.joinRoom(room);
      const said = [];
      const say = async () => {
        said.push(said.length);
        await other.sendMessage(room, said.length - 1);
      };
      for (let round = 0; round < 3; round++) {
        await say();
        await until('it is there', () => client.heard.texts().length === said.length);
        proxy.open = false;
        await until('away', () => !client.isConnected());
        for (let i = 0; i < 10; i++) await say();
        proxy.open = true;
        await say();
        await until('it is all there', () => client.heard.texts().length >= said.length);
      }
      assert.deepEqual(client.heard.texts(), said);
      assert.deepEqual(await client.queryRooms(), [room]);
      const statuses = client.heard.of('status:change');
      assert.deepEqual([...new Set(statuses)], ['connected', 'disconnected', 'reconnecting']);
    });

    test('after a crash of the server: joins again, and goes on after the last message it had', async () => {
      const room = newRoom();
      const [client, other] = [open('alice'), open('bob', { url: `ws://127.0.0.1:${server.port}` })];
      await client.joinRoom(room, { why: 'crash' });
      await other.joinRoom(room);
      await other.sendMessage(room, 0, true);
      await until('it is there', () => client.heard.texts().length === 1);
      client.setPresenceStatus('busy', { desk: 4 });
      await until('busy', () => other.heard.of('presence:update').at(-1)?.presence.some(user => user.status === 'busy'));
      proxy.open = false;
      for (let i = 1; i <= 5; i++) await other.sendMessage(room, i, true);
      const port = server.port;
      await server.stop();
      await server.start(port);
      proxy.open = true;
      await other.sendMessage(room, 6, true);
      await until('it is all there', () => client.heard.texts().length >= 7);
      assert.deepEqual(client.heard.texts(), [0, 1, 2, 3, 4, 5, 6]);
      assert.deepEqual(client.heard.of('room:joined').at(-1), { room, metadata: { why: 'crash' } });
      const here = await until('busy again', () => other.heard.of('presence:update').at(-1)?.presence.find(user => user.status === 'busy'));
      assert.deepEqual(here.metadata, { desk: 4 });
    });

    test('requests made without a connection go out in their order when there is one', async () => {
      const room = newRoom();
      proxy.open = false;
      const client = open();
      const answers = [client.joinRoom(room), client.sendMessage(room, 'a', true), client.sendMessage(room, 'b'), client.queryPresence(room), client.leaveRoom(room)];
      await until('an attempt failed', () => client.heard.of('connection:error').length > 1);
      assert.equal(client.heard.of('connection:error')[0].willRetry, true);
      proxy.open = true;
      const [joined, a, b, here, left] = await Promise.all(answers);
      assert.deepEqual([joined.success, a.success, b.success, here.map(user => user.userId), left.success], [true, true, true, ['alice'], true]);
      assert.deepEqual(client.heard.texts(), ['a', 'b']);
    });

    test('a long queue leaves no faster than the server takes it', async () => {
      const room = newRoom();
      proxy.open = false;
      const client = open('hurry', { pace: { perSecond: 400, burst: 50 } });
      const answers = [client.joinRoom(room), ...Array.from({ length: 250 }, (_, i) => client.sendMessage(room, i))];
      const began = Date.now();
      proxy.open = true;
      assert.ok((await Promise.all(answers)).every(answer => answer.success));
      assert.ok(Date.now() - began >= 480, `250 messages took ${Date.now() - began} ms (expected: half a second for those beyond the burst)`);
      await until('all are there', () => client.heard.texts().length === 250);
      assert.deepEqual(client.heard.texts(), Array.from({ length: 250 }, (_, i) => i));
    });

    test('a message whose answer was cut off is said once', async () => {
      const room = newRoom();
      const [client, other] = [open('alice'), open('bob', { url: `ws://127.0.0.1:${server.port}` })];
      await client.joinRoom(room);
      await other.joinRoom(room);
      proxy.stalled = true;
      const answer = client.sendMessage(room, 'once', true);
      await until('others hear it', () => other.heard.texts().length === 1);
      proxy.cut();
      proxy.stalled = false;
      const { success, messageId } = await answer;
      assert.deepEqual([success, messageId], [true, other.heard.of('room:message')[0].id]);
      await other.sendMessage(room, 'after');
      await until('the next', () => client.heard.texts().includes('after'));
      assert.deepEqual([client.heard.texts(), other.heard.texts()], [['once', 'after'], ['once', 'after']]);
    });

    test('a request without an answer ends', async () => {
      const client = open('alice', { ackTimeout: 100 });
      await connected(client);
      proxy.stalled = true;
      const [result, query] = await Promise.allSettled([client.joinRoom(newRoom()), client.queryRooms()]);
      proxy.stalled = false;
      assert.deepEqual(result.value, { success: false, error: 'TIMEOUT' });
      assert.equal(query.reason.code, 'TIMEOUT');
    });

    test('disconnect settles what waits and what flies', async () => {
      const room = newRoom();
      const client = open();
      await client.joinRoom(room);
      proxy.stalled = true;
      const flying = client.sendMessage(room, 1);
      client.disconnect();
      proxy.stalled = false;
      assert.deepEqual(await flying, { success: false, error: 'DISCONNECTED' });
      const waiting = client.sendMessage(room, 2);
      client.connect();
      assert.equal((await waiting).success, true, 'it was joined again before');
    });

    test('leaves a server that restarts in its slot, and misses nothing', { skip: server.restart ? false : 'the server restarts only as a whole' }, async () => {
      const room = newRoom();
      const [client, other] = [open('alice', { pace: false }), open('bob', { url: `ws://127.0.0.1:${server.port}`, pace: false })];
      await client.joinRoom(room);
      await other.joinRoom(room);
      let away;
      const began = Date.now();
      client.on('status:change', status => status === 'disconnected' && (away ??= Date.now() - began));
      server.restart(300);
      let said = 0;
      for (const end = Date.now() + 500; Date.now() < end; said++) {
        const answers = await Promise.all([other.sendMessage(room, said), client.sendMessage(room, -said)]);
        assert.deepEqual(answers.map(answer => answer.success), [true, true]);
      }
      await until('back', () => away !== undefined && client.isConnected() && client.heard.texts().length === 2 * said);
      assert.ok(away >= 295 && away < 1_500, `left after ${away} ms (expected: 300)`);
      assert.deepEqual(client.heard.texts().filter(n => n > 0), Array.from({ length: said - 1 }, (_, i) => i + 1));
      assert.deepEqual(client.heard.texts().filter(n => n < 0), Array.from({ length: said - 1 }, (_, i) => -i - 1));
      assert.equal(client.heard.of('connection:error').length, 0);
    });

    test('asks for a fresh token when the server has had enough of the old one', async () => {
      let asked = 0;
      const expired = server.token('alice', { exp: Math.floor(Date.now() / 1000) - 60 });
      const client = open('alice', { token: async () => (asked++ === 0 ? expired : server.token('alice')) });
      await connected(client);
      assert.equal(asked, 2);
      assert.deepEqual(client.heard.of('connection:error').map(e => [e.code, e.willRetry]), [['TOKEN_EXPIRED', true]]);
      assert.equal((await client.setToken(server.token('alice'))).success, true);
    });

    test('a token that is refused for good ends it, and no promise hangs', async () => {
      const client = open('alice', { token: 'nonsense' });
      const answer = await client.joinRoom(newRoom());
      assert.deepEqual(answer, { success: false, error: 'INVALID_TOKEN' });
      assert.equal(client.getStatus(), 'disconnected');
      assert.deepEqual(client.heard.of('connection:error').map(e => [e.code, e.message, e.willRetry]), [['INVALID_TOKEN', 'Invalid token', false]]);
      await assert.rejects(client.queryRooms(), { name: 'RequestError', code: 'INVALID_TOKEN' });
      client.setToken(server.token('alice'));
      client.connect();
      await connected(client);
    });

    test('carries bytes', async () => {
      const room = newRoom();
      const client = open();
      await client.joinRoom(room);
      assert.equal((await client.sendMessage(room, { thumbnail: new Uint8Array([1, 2, 255]) })).success, true);
      const { payload } = await until('the message', () => client.heard.of('room:message')[0]);
      assert.deepEqual([...new Uint8Array(payload.thumbnail.buffer ?? payload.thumbnail, payload.thumbnail.byteOffset ?? 0, 3)], [1, 2, 255]);
    });
  });
}

test('a client that is never let in gives up after reconnectionAttempts', async () => {
  const proxy = await new Proxy().start(1);
  const client = new WebSocketClient({ url: proxy.url, token: 'x', reconnectionAttempts: 2, reconnectionDelay: 5 });
  const heard = record(client);
  const answer = client.queryRooms();
  await assert.rejects(answer, { code: 'UNREACHABLE' });
  proxy.stop();
  assert.deepEqual(heard.of('connection:error').map(e => e.willRetry), [true, true, false]);
  assert.equal(client.getStatus(), 'disconnected');
});

test('a token that cannot be fetched is one more failed attempt', async () => {
  const client = new WebSocketClient({ url: 'ws://127.0.0.1:1', token: () => Promise.reject(new Error('no network')), reconnectionAttempts: 0 });
  const heard = record(client);
  assert.deepEqual(await client.joinRoom('a'), { success: false, error: 'TOKEN_UNAVAILABLE' });
  assert.match(heard.of('connection:error')[0].message, /no network/);
});

test('a configuration that cannot work is told at once', () => {
  assert.throws(() => new WebSocketClient({ token: 'x' }), /url: missing/);
  assert.throws(() => new WebSocketClient({ url: 'ws://x' }), /token: missing/);
  assert.throws(() => new WebSocketClient({ url: 'ws://x', token: 'x', autoConnect: false, pace: { perSecond: 0, burst: 1 } }), /pace/);
});
