import assert from 'node:assert/strict';
import test from 'node:test';
import { GraphwizClient, Type } from '../graphwiz-client.js';
import * as hub from '../graphwiz-hub.js';
import * as protobuf from '../graphwiz-protobuf.js';

/** A network in the test's hand: sockets that do what they are told, time that passes when it is told. */
function world(options = {}) {
  const sockets = [];
  const codec = options.framing === 'hub' ? hub : protobuf;
  let now = 1_000_000;
  let timers = [];
  class FakeSocket {
    constructor(url, second) {
      Object.assign(this, { url: new URL(url), second, readyState: 0, bufferedAmount: 0, sent: [], texts: [], closedWith: null });
      sockets.push(this);
    }
    send(data) { if (typeof data === 'string') this.texts.push(JSON.parse(data)); else this.sent.push(codec.decode(data)); }
    close(code) { this.readyState = 3; this.closedWith = code; }
    opens() { this.readyState = 1; this.onopen({}); return this; }
    hears(type, payload, messageId = `s-${++heard}`) {
      const bytes = codec.encode({ messageId, timestamp: Math.floor(now), type, payload });
      this.onmessage({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
      return this;
    }
    greets(initialState = {}) {
      if (codec === protobuf) return this.hears(Type.SERVER_HELLO, { serverVersion: '1', assignedClientId: 'me', roomId: 'r', initialState });
      this.onmessage({ data: JSON.stringify({ type: 'SERVER_HELLO', room_id: 'r', client_id: 'me', timestamp: now, server_version: '1', initial_state: initialState }) });
      return this;
    }
    ends(code = 1006) { this.readyState = 3; this.onclose({ code, reason: '' }); }
    said(type) { return this.sent.filter(m => m.type === type); }
  }
  let heard = 0;
  const client = new GraphwizClient('a room', {
    url: 'ws://host:1/', WebSocket: FakeSocket, clientId: 'me', userId: 'u', random: () => 0.5, now: () => Math.floor(now),
    setTimeout: (f, ms) => { const t = { f, at: now + ms }; timers.push(t); return t; },
    clearTimeout: t => { timers = timers.filter(x => x !== t); }, ...options,
  });
  const events = [];
  for (const name of ['state', 'welcome', 'join', 'leave', 'presence', 'spawn', 'update', 'despawn', 'pose', 'chat', 'error', 'undelivered', 'malformed', 'custom', 'kicked']) client.on(name, d => events.push([name, d]));
  const w = {
    client, sockets, events,
    named: name => events.filter(e => e[0] === name).map(e => e[1]),
    async connect() { client.connect(); await settled(); return sockets.at(-1); },
    /** Time passes; what is due by then happens in its order. */
    async pass(ms) {
      const until = now + ms;
      for (;;) {
        const next = timers.filter(t => t.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter(t => t !== next);
        now = Math.max(now, next.at);
        next.f();
        await settled();
      }
      now = until;
      return sockets.at(-1);
    },
  };
  return w;
}
const settled = () => new Promise(r => setImmediate(r));
const at = (x, z = 0) => ({ x, y: 0, z });

test('dials the room, the token where it belongs', async () => {
  const dev = await world({ displayName: 'Ada L.' }).connect();
  assert.equal(dev.url.pathname, '/ws/a%20room');
  assert.deepEqual(Object.fromEntries(dev.url.searchParams), { client_id: 'me', user_id: 'u', display_name: 'Ada L.', ack: '1' });
  const query = await world({ token: 'a.b.c', ack: false }).connect();
  assert.equal(query.url.searchParams.get('auth_token'), 'a.b.c');
  assert.equal(query.url.searchParams.get('ack'), null);
  assert.deepEqual((await world({ token: 't', auth: 'header' }).connect()).second, { headers: { Authorization: 'Bearer t' } });
  const hello = (await world({ token: async () => 'late', auth: 'hello' }).connect()).opens();
  assert.equal(hello.url.searchParams.get('auth_token'), null);
  assert.equal(hello.sent[0].payload.authToken, 'late');
});

test('says clearly what it misses', () => {
  const good = { url: 'ws://h', WebSocket: class {} };
  assert.throws(() => new GraphwizClient('', good), /room/);
  assert.throws(() => new GraphwizClient('r', { WebSocket: class {} }), /url/);
  assert.throws(() => new GraphwizClient('r', { url: 'ws://h', WebSocket: undefined }), /WebSocket/);
  assert.throws(() => new GraphwizClient('r', { ...good, framing: 'xml' }), /framing/);
  assert.throws(() => new GraphwizClient('r', { ...good, auth: 'cookie' }), /auth/);
});

for (const framing of ['protobuf', 'hub']) {
  test(`${framing}: hello first, then what waited, in order`, async () => {
    const w = world({ framing });
    w.client.spawn('e', 'avatar', { color: 'teal' });
    w.client.chat('one');
    const s = (await w.connect()).opens();
    assert.deepEqual(s.sent.map(m => m.type), [Type.CLIENT_HELLO]);
    s.greets();
    assert.deepEqual(s.sent.slice(1).map(m => m.type), [Type.ENTITY_SPAWN, Type.CHAT_MESSAGE, Type.ENTITY_SPAWN]);
    assert.equal(s.said(Type.CHAT_MESSAGE)[0].payload.fromClientId, 'me');
  });

  test(`${framing}: the world is the snapshot, then what is told`, async () => {
    const w = world({ framing });
    const s = (await w.connect()).opens().greets({ players: [{ clientId: 'bob', displayName: 'Bob' }], entities: [{ id: 'e', templateId: 'cube', position: at(1), components: { color: 'red' } }] });
    assert.deepEqual(w.named('join').map(p => p.displayName), ['Bob']);
    assert.deepEqual(w.client.world.entities.get('e').position, at(1));
    s.hears(Type.PRESENCE_JOIN, { clientId: 'eve', eventType: 0, data: { displayName: 'Eve', hostClientId: 'bob' } });
    s.hears(Type.ENTITY_SPAWN, { entityId: 'f', templateId: 'ball', ownerId: 'x', components: {} });
    s.hears(Type.ENTITY_UPDATE, { entityId: 'e', components: { color: 'blue', size: 2 } });
    s.hears(Type.POSITION_UPDATE, { entityId: 'f', position: at(4), rotation: { x: 0, y: 0, z: 0, w: 1 }, sequenceNumber: 9 });
    s.hears(Type.PRESENCE_UPDATE, { clientId: 'eve', eventType: 2, data: { avatarUrl: 'https://x/y.glb' } });
    s.hears(Type.PRESENCE_LEAVE, { clientId: 'bob', eventType: 1, data: {} });
    s.hears(Type.PRESENCE_JOIN, { clientId: 'bob', eventType: 1, data: {} }); // the same again, as hub clients are told
    s.hears(Type.ENTITY_DESPAWN, { entityId: 'e' });
    assert.deepEqual([...w.client.world.players.keys()], ['eve']);
    assert.equal(w.client.world.players.get('eve').displayName, 'Eve');
    assert.equal(w.client.world.hostClientId, 'bob');
    assert.deepEqual([...w.client.world.entities.keys()], ['f']);
    assert.deepEqual(w.client.world.entities.get('f').position, at(4));
    assert.equal(w.named('leave').length, 1);
    assert.deepEqual(w.named('update').map(e => e.components), [{ color: 'blue', size: 2 }]);
  });

  test(`${framing}: a snapshot after a return says what changed meanwhile`, async () => {
    const w = world({ framing });
    (await w.connect()).opens().greets({ players: [{ clientId: 'a' }, { clientId: 'b' }], entities: [{ id: 'e' }] }).ends();
    (await w.pass(1000)).opens().greets({ players: [{ clientId: 'b' }, { clientId: 'c' }], entities: [] });
    assert.deepEqual(w.named('leave').map(p => p.clientId), ['a']);
    assert.deepEqual(w.named('join').map(p => p.clientId), ['a', 'b', 'c']);
    assert.deepEqual(w.named('despawn').map(e => e.id), ['e']);
  });
}

test('an unclear break says it again under the same id; an acknowledgement ends that', async () => {
  const w = world();
  const first = (await w.connect()).opens().greets();
  const a = w.client.chat('acked');
  const b = w.client.chat('lost on the way, or not');
  first.hears(Type.ACK, { messageIds: [a] }).ends();
  const second = (await w.pass(1000)).opens().greets();
  assert.deepEqual(second.said(Type.CHAT_MESSAGE).map(m => m.messageId), [b]);
  second.hears(Type.ACK, { messageIds: [b] });
  assert.equal(w.client.waiting, 0);
});

test('unanswered, it is said again after 5, 10 and 15 seconds, and given up after 20', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  const id = w.client.chat('hello?');
  const times = async ms => { await w.pass(ms); return s.said(Type.CHAT_MESSAGE).length; };
  assert.equal(await times(4000), 1);
  assert.equal(await times(2000), 2);
  assert.equal(await times(5000), 3);
  assert.equal(await times(5000), 4);
  assert.deepEqual(w.named('undelivered'), []);
  assert.equal(await times(6000), 4);
  assert.deepEqual(w.named('undelivered').map(m => m.messageId), [id]);
  assert.equal(new Set(s.said(Type.CHAT_MESSAGE).map(m => m.messageId)).size, 1);
});

test('a server that does not acknowledge hears everything once', async () => {
  const w = world({ ack: false });
  w.client.chat('early');
  const s = (await w.connect()).opens().greets();
  w.client.chat('late');
  await w.pass(20_000);
  s.ends();
  const next = (await w.pass(1000)).opens().greets();
  assert.deepEqual(s.said(Type.CHAT_MESSAGE).map(m => m.payload.message), ['early', 'late']);
  assert.deepEqual(next.said(Type.CHAT_MESSAGE), []);
  s.hears(Type.CHAT_MESSAGE, { message: 'x' });
  assert.deepEqual(next.said(Type.ACK), []);
});

test('what comes twice is told once and acknowledged each time, in batches', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  s.hears(Type.CHAT_MESSAGE, { message: 'one' }, 'm1').hears(Type.CHAT_MESSAGE, { message: 'one' }, 'm1').hears(Type.CHAT_MESSAGE, { message: 'two' }, 'm2');
  s.hears(Type.POSITION_UPDATE, { entityId: 'e' }, 'p1');
  await w.pass(150);
  assert.deepEqual(w.named('chat').map(c => c.message), ['one', 'two']);
  assert.deepEqual(s.said(Type.ACK).map(m => m.payload.messageIds), [['m1', 'm1', 'm2']]);
});

test('what waits is bounded', async () => {
  const w = world({ maxWaiting: 2 });
  assert.ok(w.client.chat('1') && w.client.chat('2'));
  assert.equal(w.client.chat('3'), null);
  assert.equal(w.named('undelivered').length, 1);
  assert.equal(w.client.waiting, 2);
});

test('a refusal ends the waiting unless it passes', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  const a = w.client.chat('no');
  const b = w.client.chat('too fast');
  s.hears(Type.ERROR, { code: 403, message: 'no', refMessageId: a }).hears(Type.ERROR, { code: 429, message: 'slow', refMessageId: b });
  assert.equal(w.client.waiting, 1);
  assert.deepEqual(w.named('error').map(e => e.code), [403, 429]);
});

test('poses: the newest of each entity, at the pace of the server', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  for (let i = 0; i < 1000; i++) {
    w.client.move('e', at(i));
    await w.pass(1);
  }
  const poses = s.said(Type.POSITION_UPDATE);
  assert.ok(poses.length >= 55 && poses.length <= 61, `${poses.length} poses in a second`);
  await w.pass(50);
  assert.equal(s.said(Type.POSITION_UPDATE).at(-1).payload.position.x, 999);
  const order = poses.map(p => p.payload.sequenceNumber);
  assert.deepEqual(order, order.map((_, i) => i + 1));
});

test('poses: several entities share what the server takes, and none goes while the socket is behind', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  for (let i = 0; i < 1000; i++) {
    for (const e of ['a', 'b', 'c', 'd']) w.client.move(e, at(i));
    await w.pass(1);
  }
  const sent = s.said(Type.POSITION_UPDATE).length;
  assert.ok(sent >= 70 && sent <= 88, `${sent} poses in a second`);
  s.bufferedAmount = 1e6;
  await w.pass(200);
  const stuck = s.said(Type.POSITION_UPDATE).length;
  w.client.move('a', at(5000));
  await w.pass(500);
  assert.equal(s.said(Type.POSITION_UPDATE).length, stuck);
  s.bufferedAmount = 0;
  await w.pass(500);
  assert.equal(s.said(Type.POSITION_UPDATE).findLast(m => m.payload.entityId === 'a').payload.position.x, 5000);
});

test('after a return it says what is its own, and where', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  w.client.spawn('mine', 'avatar', { color: 'teal' });
  w.client.update('mine', { color: 'coral' });
  w.client.present({ displayName: 'Ada', avatarConfig: { bodyType: 'robot' } });
  w.client.move('mine', at(3));
  w.client.spawn('gone', 'cube');
  w.client.despawn('gone');
  for (const m of s.sent) s.hears(Type.ACK, { messageIds: [m.messageId] });
  s.ends();
  const back = (await w.pass(1000)).opens().greets({ entities: [{ id: 'mine', position: at(1), components: { color: 'teal' } }] });
  await w.pass(100);
  assert.deepEqual(back.said(Type.ENTITY_SPAWN).map(m => [m.payload.entityId, m.payload.components]), [['mine', { color: 'coral' }]]);
  assert.deepEqual(back.said(Type.PRESENCE_UPDATE).map(m => m.payload.data.displayName), ['Ada']);
  assert.deepEqual(back.said(Type.POSITION_UPDATE).map(m => m.payload.position), [at(3)]);
  assert.deepEqual(w.client.world.entities.get('mine').position, at(3));
  assert.equal(w.client.world.entities.get('mine').components.color, 'coral');
});

test('what was taken away while it was away stays away', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  w.client.spawn('mine', 'cube');
  for (const m of s.sent) s.hears(Type.ACK, { messageIds: [m.messageId] });
  s.ends();
  w.client.despawn('mine');
  w.client.update('other', { color: 'red' });
  const back = (await w.pass(1000)).opens().greets({ entities: [{ id: 'mine', templateId: 'cube' }, { id: 'other', templateId: 'cube' }] });
  assert.deepEqual([...w.client.world.entities.keys()], ['other']);
  assert.equal(w.client.world.entities.get('other').components.color, 'red');
  assert.deepEqual(back.said(Type.ENTITY_DESPAWN).map(m => m.payload.entityId), ['mine']);
  assert.deepEqual(back.said(Type.ENTITY_SPAWN), []);
});

test('a pose that overtook the entity counts when that comes', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  s.hears(Type.POSITION_UPDATE, { entityId: 'e', position: at(1) }).hears(Type.POSITION_UPDATE, { entityId: 'e', position: at(2) });
  for (let i = 0; i < 2000; i++) s.hears(Type.POSITION_UPDATE, { entityId: `never-${i}`, position: at(i) });
  s.hears(Type.POSITION_UPDATE, { entityId: 'f', position: at(3) });
  s.hears(Type.ENTITY_SPAWN, { entityId: 'e', templateId: 'cube' }).hears(Type.ENTITY_SPAWN, { entityId: 'f', templateId: 'cube' });
  assert.equal(w.client.world.entities.get('e').position, undefined, 'of too many, the oldest are forgotten');
  assert.deepEqual(w.client.world.entities.get('f').position, at(3));
});

test('a pose that was too much is said again', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  w.client.spawn('e', 'cube');
  w.client.move('e', at(5));
  s.hears(Type.ERROR, { code: 429, message: 'slow' });
  await w.pass(1500);
  assert.deepEqual(s.said(Type.POSITION_UPDATE).map(m => m.payload.position.x), [5, 5]);
});

test('what others moved last, or took away, is theirs to say', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  w.client.spawn('shared', 'ball');
  w.client.spawn('taken', 'ball');
  w.client.move('shared', at(1));
  s.hears(Type.POSITION_UPDATE, { entityId: 'shared', position: at(2) }).hears(Type.ENTITY_DESPAWN, { entityId: 'taken' }).ends();
  const back = (await w.pass(1000)).opens().greets({ entities: [{ id: 'shared', templateId: 'ball', position: at(7) }] });
  await w.pass(100);
  assert.deepEqual(back.said(Type.POSITION_UPDATE), []);
  assert.deepEqual(w.client.world.entities.get('shared').position, at(7));
  assert.equal(w.client.world.entities.has('taken'), false);
});

test('comes back with full jitter, slower each time until the server greets', async () => {
  const waits = [];
  const w = world({ random: () => 0.999 });
  const state = async () => {
    const before = w.sockets.length;
    let waited = 0;
    while (w.sockets.length === before) {
      await w.pass(100);
      waited += 100;
    }
    waits.push(waited);
  };
  (await w.connect()).opens().ends();
  for (let i = 0; i < 7; i++) {
    await state();
    w.sockets.at(-1).opens().ends();
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  await state();
  w.sockets.at(-1).opens().greets().ends();
  await state();
  assert.equal(waits.at(-1), 1000);
});

test('kicked, refused or taken over, it stays away; anything else is weather', async () => {
  for (const code of [4003, 4401, 4409, 1009]) {
    const w = world();
    (await w.connect()).opens().greets().ends(code);
    await w.pass(60_000);
    assert.equal(w.sockets.length, 1, String(code));
    assert.deepEqual(w.named('state').at(-1), 'closed');
    assert.equal(w.named('error')[0].code, code);
  }
  for (const code of [1001, 1006, 1008, 1011, 1013]) {
    const w = world();
    (await w.connect()).opens().greets().ends(code);
    await w.pass(1000);
    assert.equal(w.sockets.length, 2, String(code));
  }
});

test('a client that was told to go does not come back, and one that is wanted again does', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  w.client.disconnect();
  assert.equal(s.closedWith, 1000);
  await w.pass(120_000);
  assert.equal(w.sockets.length, 1);
  w.client.connect();
  await settled();
  assert.equal(w.sockets.length, 2);
});

test('silence after pings is a connection that is gone', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  await w.pass(60_000);
  s.onmessage({ data: '{"type":255}' });
  await w.pass(60_000);
  assert.ok(s.texts.length >= 4 && s.texts.every(t => t.type === 255 && t.payload === null));
  assert.equal(w.sockets.length, 1);
  await w.pass(60_000);
  assert.equal(w.sockets.length, 2);
});

test('what cannot be read is told and harms nobody', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  s.onmessage({ data: Uint8Array.from([10, 255, 255]).buffer });
  s.onmessage({ data: 'not json' });
  s.hears(Type.CHAT_MESSAGE, { message: 'still here' });
  assert.equal(w.named('malformed').length, 2);
  assert.deepEqual(w.named('chat').map(c => c.message), ['still here']);
});

test('types of one\'s own', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  w.client.custom(150, { score: 3 });
  assert.deepEqual(s.said(150)[0].payload, { score: 3 });
  s.hears(151, { goal: true });
  assert.deepEqual(w.named('custom').map(({ type, payload }) => ({ type, payload })), [{ type: 151, payload: { goal: true } }]);
  assert.throws(() => w.client.custom(30, {}), TypeError);
});
