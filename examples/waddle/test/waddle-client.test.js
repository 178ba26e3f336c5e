import assert from 'node:assert/strict';
import test from 'node:test';
import { WaddleWebSocket } from '../waddle-client.js';

/** A network in the test's hand: sockets that do what they are told, timers that fire when they are told. */
function world(options = {}) {
  const sockets = [];
  const timers = [];
  class FakeSocket {
    constructor(url, second) {
      Object.assign(this, { url, second, readyState: 0, sent: [], closedWith: null });
      sockets.push(this);
    }
    send(text) { this.sent.push(JSON.parse(text)); }
    close(code) { this.readyState = 3; this.closedWith = code; }
    opens() { this.readyState = 1; this.onopen({}); return this; }
    hears(frame) { this.onmessage({ data: JSON.stringify(frame) }); return this; }
    ends(code = 1006) { this.readyState = 3; this.onclose({ code, wasClean: code !== 1006 }); }
    greets(...ids) { return this.hears({ type: 'initial_state', messages: ids.map(row), onlineUsers: [] }); }
    said(type) { return this.sent.filter(f => f.type === type); }
  }
  const client = new WaddleWebSocket('a room', 'secret', {
    url: 'ws://host:1/', WebSocket: FakeSocket, auth: 'header', random: () => 0.5,
    setTimeout: (f, ms) => timers.push({ f, ms }), clearTimeout: () => {}, ...options,
  });
  const events = [];
  for (const name of ['message', 'initial_state', 'state', 'refused', 'gap', 'ack', 'error', 'typing']) client.on(name, d => events.push([name, d]));
  return {
    client, sockets, timers, events,
    named: name => events.filter(e => e[0] === name).map(e => e[1]),
    async connect() { client.connect(); await settled(); return sockets.at(-1); },
    async back() { const t = timers.shift(); t.f(); await settled(); return sockets.at(-1); },
  };
}
const settled = () => new Promise(r => setImmediate(r));
const row = id => ({ id, content: id });
const live = id => ({ type: 'message', message: row(id) });
const ids = frames => frames.map(f => f.message.id);

test('dials the channel, the token where it belongs', async () => {
  const header = await world().connect();
  assert.equal(header.url, 'ws://host:1/channel/a%20room/websocket');
  assert.deepEqual(header.second, { headers: { Authorization: 'Bearer secret' } });
  assert.deepEqual((await world({ auth: 'subprotocol' }).connect()).second, ['secret']);
  const query = await world({ auth: 'query' }).connect();
  assert.equal(query.url, 'ws://host:1/channel/a%20room/websocket?token=secret');
  const joins = await world({ joins: true }).connect();
  assert.equal(joins.url, 'ws://host:1/channel/a%20room/websocket?joins=1');
});

test('says clearly what it misses', () => {
  assert.throws(() => new WaddleWebSocket('', 't', { url: 'ws://h', WebSocket: class {} }), /channelId/);
  assert.throws(() => new WaddleWebSocket('c', 't', { WebSocket: class {} }), /url/);
  assert.throws(() => new WaddleWebSocket('c', 't', { url: 'ws://h', WebSocket: undefined }), /WebSocket/);
});

test('what is said while away waits, in order, and is sent on open', async () => {
  const w = world();
  w.client.say('one');
  w.client.send({ type: 'message', content: 'two', threadId: null });
  w.client.typing(true);
  const s = (await w.connect()).opens();
  assert.deepEqual(s.sent.map(f => f.message.content), ['one', 'two']);
  assert.equal(s.sent[1].message.threadId, null);
  assert.ok(!('threadId' in s.sent[0].message));
});

test('an unclear break sends it again under the same id, an ack ends that', async () => {
  const w = world();
  const first = (await w.connect()).opens().greets();
  const a = w.client.say('acked');
  const b = w.client.say('lost on the way, or not');
  first.hears({ type: 'ack', messageId: a, timestamp: 1, id: 'm1' });
  first.ends();
  const second = (await w.back()).opens();
  assert.deepEqual(second.said('message').map(f => f.message.id), [b]);
  second.hears({ type: 'ack', messageId: b, timestamp: 2, id: 'm2', repeated: true });
  assert.equal(w.client.waiting, 0);
});

test('what waits is bounded', async () => {
  const w = world({ maxWaiting: 2 });
  assert.ok(w.client.say('1') && w.client.say('2'));
  assert.equal(w.client.say('3'), null);
  assert.match(w.named('refused')[0].reason, /waiting/);
  assert.equal(w.client.waiting, 2);
});

test('a refusal that stays is told, one that passes is tried again', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets();
  const a = w.client.say('a');
  const b = w.client.say('b');
  s.hears({ type: 'error', message: 'No write permission', messageId: a, error: 'No write permission' });
  s.hears({ type: 'error', message: 'Message may not have been stored', messageId: b });
  assert.deepEqual(w.named('refused'), [{ id: a, reason: 'No write permission' }]);
  w.timers.shift().f();
  assert.deepEqual(s.said('message').map(f => f.message.id), [a, b, b]);
});

test('comes back from an unclean end with growing, jittered waits', async () => {
  const w = world();
  let s = await w.connect();
  const waits = [];
  for (let i = 0; i < 7; i++) {
    s.ends();
    waits.push(w.timers[0].ms);
    s = await w.back();
  }
  assert.deepEqual(waits, [550, 1050, 2050, 4050, 8050, 15050, 15050]);
  s.opens().greets();
  s.ends();
  assert.equal(w.timers[0].ms, 550);
});

test('comes back after 1001 and 1011 too, stays away after a close that means it', async () => {
  for (const [code, back] of [[1001, true], [1011, true], [1012, true], [1000, false], [1008, false], [4401, false], [1009, false]]) {
    const w = world();
    (await w.connect()).opens().ends(code);
    assert.equal(w.timers.length, back ? 1 : 0, `${code}`);
    assert.equal(w.named('state').at(-1), back ? 'waiting' : 'closed');
  }
});

test('disconnect is final, also between two attempts', async () => {
  const w = world();
  const s = (await w.connect()).opens();
  w.client.disconnect();
  assert.equal(s.closedWith, 1000);
  s.ends();
  assert.equal(w.timers.length, 0);
  const v = world();
  (await v.connect()).ends();
  v.client.disconnect();
  v.timers[0].f();
  await settled();
  assert.equal(v.sockets.length, 1);
});

test('a fresh token is asked for before every connect, and a failure to get one is weather', async () => {
  let n = 0;
  const w = world();
  const asked = new WaddleWebSocket('c', async () => { if (++n === 1) throw new Error('no'); return `t${n}`; }, {
    url: 'ws://h', WebSocket: class { constructor(_, o) { w.sockets.push(o); } }, auth: 'header',
    random: () => 0, setTimeout: f => w.timers.push({ f }), clearTimeout: () => {},
  });
  asked.connect();
  await settled();
  w.timers.shift().f();
  await settled();
  assert.deepEqual(w.sockets, [{ headers: { Authorization: 'Bearer t2' } }]);
});

test('syncs after the last message it has, also when it only saw history', async () => {
  const w = world();
  const s = (await w.connect()).opens().greets('h1', 'h2');
  assert.deepEqual(s.said('sync'), []);
  s.ends();
  assert.deepEqual((await w.back()).opens().said('sync'), [{ type: 'sync', afterMessageId: 'h2' }]);
});

test('a replay is emitted once, and the cursor waits for its end', async () => {
  const w = world();
  (await w.connect()).opens().greets('m1').hears(live('m2')).ends();
  const s = (await w.back()).opens().greets('m4', 'm5');
  s.hears(live('m6')).hears(live('m3'));
  s.ends(); // in the middle of the replay: m2 is still where it has to go on
  const t = (await w.back()).opens().greets('m5', 'm6');
  assert.deepEqual(t.said('sync'), [{ type: 'sync', afterMessageId: 'm2' }]);
  for (const id of ['m3', 'm4', 'm5', 'm6']) t.hears(live(id));
  t.hears({ type: 'sync_complete', afterMessageId: 'm2', lastMessageId: 'm6', replayed: 4, complete: true });
  assert.deepEqual(ids(w.named('message')), ['m2', 'm6', 'm3']);
  t.ends();
  assert.deepEqual((await w.back()).opens().said('sync'), [{ type: 'sync', afterMessageId: 'm6' }]);
});

test('a replay over the cap goes on where it stopped', async () => {
  const w = world();
  (await w.connect()).opens().greets('m1').ends();
  const s = (await w.back()).opens().greets('m9');
  s.hears(live('m2')).hears(live('m10'));
  s.hears({ type: 'sync_complete', afterMessageId: 'm1', lastMessageId: 'm2', replayed: 1, complete: false });
  assert.deepEqual(s.said('sync').map(f => f.afterMessageId), ['m1', 'm2']);
  assert.equal(w.named('gap').length, 0);
});

test('an id that the server no longer knows is a gap, and the cursor starts anew', async () => {
  const w = world();
  (await w.connect()).opens().greets('old').ends();
  const s = (await w.back()).opens().greets('n1', 'n2');
  s.hears({ type: 'sync_complete', afterMessageId: 'old', replayed: 0, complete: false });
  assert.equal(w.named('gap').length, 1);
  s.ends();
  assert.deepEqual((await w.back()).opens().said('sync'), [{ type: 'sync', afterMessageId: 'n2' }]);
});

test('a socket that was given up is not listened to', async () => {
  const w = world();
  const old = (await w.connect()).opens().greets();
  old.ends();
  const fresh = (await w.back()).opens().greets();
  old.hears(live('ghost'));
  fresh.hears(live('real'));
  assert.deepEqual(ids(w.named('message')), ['real']);
});

test('frames of the server are events by their type, unknown ones too', async () => {
  const w = world();
  const heard = [];
  w.client.on('user_connected', f => heard.push(f.userId));
  const off = w.client.on('typing', () => heard.push('typing'));
  off();
  (await w.connect()).opens().greets().hears({ type: 'user_connected', userId: 'u1' }).hears({ type: 'typing', userId: 'u1', isTyping: true });
  assert.deepEqual(heard, ['u1']);
});
