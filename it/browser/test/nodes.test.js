// Stock clients of Socket.IO on three nodes over one Redis: whatever ends, they go on elsewhere, in all of their rooms, with nothing lost, doubled or in
// another order; and no balancer has to stick to anything.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { Cluster, metric, RoundRobin, token, until, Way } from '../cluster.js';
import { browser, eventually } from '../server.js';

const ROOMS = 3;
// ./verify --all plays these, too.
const long = process.env.EARSHOT_LONG ? {} : { skip: 'takes longer: EARSHOT_LONG=1' };
let cluster;
before(async () => {
  cluster = await Cluster.start(3, [
    '--set', 'summit.messages-per-second=100000', '--set', 'summit.burst=100000', '--set', 'drain.timeout=4s', '--set', 'redis.node-timeout=3s',
  ]);
}, { timeout: 120_000 });
after(() => cluster.stop());

const open = [];
afterEach(() => { for (const each of open.splice(0)) each.disconnect?.() ?? each.stop(); });

const keep = thing => (open.push(thing), thing);
const way = async node => keep(await Way.to(cluster.nodes[node].port));

/** A stock client that remembers what each of its rooms said. */
function dial(url, user, options = {}) {
  const socket = keep(io(url, { auth: { token: token(user) }, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 60, ...options }));
  socket.heard = new Map();
  socket.on('room:message', ({ room, payload }) => socket.heard.set(room, [...(socket.heard.get(room) ?? []), payload]));
  return socket;
}
const connected = socket => until('connected', () => socket.connected);
const ask = (socket, event, data) => socket.timeout(20_000).emitWithAck(event, data);
async function join(socket, rooms) {
  await connected(socket);
  for (const room of rooms) assert.deepEqual(await ask(socket, 'room:join', { room }), { success: true });
}

/** Somebody who says something in each room in turn, on and on, until it is stopped. */
async function speaker(node, rooms, everyMs = 3) {
  const socket = dial(cluster.nodes[node].url, 'speaker', { transports: ['websocket'] });
  await join(socket, rooms);
  const said = new Map(rooms.map(room => [room, []]));
  const answers = [];
  let n = 0;
  const timer = setInterval(() => {
    const room = rooms[n % rooms.length];
    said.get(room).push(n);
    answers.push(ask(socket, 'room:send', { room, payload: n++ }));
  }, everyMs);
  return {
    said,
    count: () => n,
    async stop() {
      clearInterval(timer);
      assert.ok((await Promise.all(answers)).every(answer => answer.success), 'everything was accepted');
    },
  };
}
const speaks = (who, more) => { const from = who.count(); return until('it is said', () => who.count() >= from + more); };

async function heardAll(socket, said) {
  for (const [room, all] of said) await until(`${room}: ${all.length} messages`, () => (socket.heard.get(room)?.length ?? 0) >= all.length);
  for (const [room, all] of said) assert.deepEqual(socket.heard.get(room), all);
}
const rooms = () => Array.from({ length: ROOMS }, (_, i) => `investigation:${i}-${randomUUID()}`);

for (const transports of [['websocket'], ['polling']]) {
  test(`cut while all rooms are busy, by ${transports}: every time on another node, all of it once and in order`, transports[0] === 'polling' ? long : {}, async () => {
    const names = rooms();
    const path = await way(0);
    const ada = dial(path.url, 'ada', { transports });
    await join(ada, names);
    const bob = await speaker(1, names);
    const id = ada.id;
    for (let cut = 1; cut <= 3; cut++) {
      await speaks(bob, 20);
      path.closed = true;
      path.cut(cluster.nodes[cut % 3].port);
      await until('the loss is noticed', () => !ada.connected);
      path.closed = false;
      await connected(ada);
      assert.equal(ada.recovered, true, `cut ${cut}`);
      assert.equal(ada.id, id);
    }
    await bob.stop();
    await heardAll(ada, bob.said);
    assert.deepEqual((await ask(ada, 'query:rooms')).rooms.sort(), names.sort());
  });
}

test('kill -9 of its node while all rooms are busy: it goes on elsewhere', async () => {
  const names = rooms();
  const path = await way(2);
  const ada = dial(path.url, 'ada', { transports: ['websocket'] });
  await join(ada, names);
  const bob = await speaker(1, names);
  await speaks(bob, 30);
  path.target = cluster.nodes[0].port;
  await cluster.nodes[2].kill();
  await until('the loss is noticed', () => !ada.connected);
  await connected(ada);
  assert.equal(ada.recovered, true);
  await speaks(bob, 10);
  await cluster.nodes[2].start();
  await bob.stop();
  await heardAll(ada, bob.said);
  await cluster.know(3);
}, { timeout: 60_000 });

test('SIGTERM of its node: told when to come back, each at a time of its own; exit status 0', async () => {
  const names = rooms();
  const path = await way(2);
  const all = Array.from({ length: 12 }, (_, i) => dial(path.url, `user-${i}`, { transports: i % 4 === 3 ? ['polling'] : ['websocket'] }));
  await Promise.all(all.map(each => join(each, names)));
  const bob = await speaker(1, names, 10);
  const told = all.map(socket => new Promise(done => socket.once('system:restart', done)));
  const back = all.map(socket => new Promise(done => socket.once('disconnect', () => socket.once('connect', done))));
  const others = [];
  all.slice(0, 6).forEach(socket => socket.once('system:restart', ({ reconnectIn }) => setTimeout(() => socket.io.engine.close(), reconnectIn)));
  await speaks(bob, 10);
  path.target = cluster.nodes[0].port;
  const ended = cluster.nodes[2].kill('SIGTERM');
  for (const { reason, reconnectIn } of await Promise.all(told)) {
    assert.equal(reason, 'Server shutting down');
    assert.ok(reconnectIn >= 400 && reconnectIn <= 2000, String(reconnectIn));
    others.push(reconnectIn);
  }
  assert.ok(new Set(others).size > 6, others.join());
  await Promise.all(back);
  assert.ok(all.every(socket => socket.recovered));
  assert.equal(await ended, 0);
  await bob.stop();
  for (const socket of all) await heardAll(socket, bob.said);
  await cluster.nodes[2].start();
  await cluster.know(3);
}, { timeout: 60_000 });

test('without stickiness: polls and upgrades by way of whatever node', async () => {
  const names = rooms();
  const balancer = keep(await RoundRobin.over(cluster.nodes));
  const all = [['polling'], ['polling', 'websocket'], ['websocket']].map((transports, i) => dial(balancer.url, `user-${i}`, { transports }));
  await Promise.all(all.map(each => join(each, names)));
  const bob = await speaker(1, names);
  const answers = [];
  for (let i = 0; i < 30; i++) {
    for (const each of all) answers.push(ask(each, 'room:send', { room: names[i % ROOMS], payload: { bytes: Buffer.from([i]) } }));
    await speaks(bob, 2);
  }
  assert.ok((await Promise.all(answers)).every(answer => answer.success));
  await bob.stop();
  for (const each of all) {
    for (const [room, said] of bob.said) {
      await until('all of it', () => each.heard.get(room)?.length === said.length + 30);
      assert.deepEqual(each.heard.get(room).filter(p => typeof p === 'number'), said);
      assert.deepEqual(each.heard.get(room), all[0].heard.get(room));
    }
    assert.equal((await ask(each, 'query:presence', { room: names[0] })).presence.length, 4);
  }
  const relayed = await Promise.all(cluster.nodes.map(node => metric(node, 'earshot_engine_relayed_total')));
  assert.ok(relayed.every(n => n > 0), relayed.join());
}, { timeout: 60_000 });

/** Under which page a meeting is found (RFC 9562 section 5.5). */
function pageOf(meeting) {
  const hash = createHash('sha1').update(Buffer.from('6f0b3a527c1d5e8f9a462d0c8be71f35', 'hex')).update('meeting:' + meeting).digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

test('in a meeting, on three nodes: rooms, channels and pages hear each other', async () => {
  const lobby = 'public:lobby';
  const frames = async (node, path, first) => {
    const { threadkit, waddle } = await (await fetch(cluster.nodes[node].url + '/demo/config.json')).json();
    const socket = keep(new WebSocket(cluster.nodes[node].url.replace('http', 'ws') + path(threadkit, waddle)));
    socket.heard = [];
    socket.stop = () => socket.close();
    socket.on('message', data => socket.heard.push(JSON.parse(data)));
    await until('its first word', () => socket.heard.some(first));
    return socket;
  };
  const ada = dial(cluster.nodes[0].url, 'ada');
  await join(ada, [lobby]);
  const channel = await frames(1, (_, waddle) => `/channel/${lobby}/websocket?token=${waddle.users[0].token}`, f => f.type === 'initial_state');
  const page = await frames(2, threadkit => `/ws?project_id=${threadkit.projectId}&token=${threadkit.users[0].token}`, f => f.method === 'connected');
  page.send(JSON.stringify({ jsonrpc: '2.0', method: 'subscribe', params: { page_id: pageOf(lobby) } }));
  await until('the page', () => page.heard.some(f => f.method === 'presence'));
  assert.ok((await ask(ada, 'room:send', { room: lobby, payload: { type: 'comment', text: 'from the room' } })).success);
  channel.send(JSON.stringify({ type: 'message', content: 'from the channel' }));
  const said = ['from the channel', 'from the room'];
  await until('the room', () => ada.heard.get(lobby)?.length === 2);
  assert.deepEqual(ada.heard.get(lobby).map(p => p.text).sort(), said);
  const inChannel = () => channel.heard.filter(f => f.type === 'message').map(f => f.message.content);
  const onPage = () => page.heard.filter(f => f.method === 'new_comment').map(f => f.params.comment.t);
  for (const texts of [inChannel, onPage]) {
    await until('both', () => texts().length === 2);
    assert.deepEqual(texts().sort(), said);
  }
});

test('in Chromium: offline, and kill -9', long, async () => {
  const names = rooms();
  const path = await way(2);
  const chromium = await browser();
  try {
    const context = await chromium.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(path.url);
    await page.addScriptTag({ path: new URL('../node_modules/socket.io-client/dist/socket.io.js', import.meta.url).pathname });
    await page.evaluate(async ([auth, rooms]) => {
      const socket = (window.ada = window.io({ auth, reconnectionDelay: 20, reconnectionDelayMax: 60 }));
      window.heard = {};
      window.came = [];
      socket.on('connect', () => window.came.push(socket.recovered));
      socket.on('room:message', ({ room, payload }) => (window.heard[room] ??= []).push(payload));
      for (const room of rooms) await socket.emitWithAck('room:join', { room });
    }, [{ token: token('ada') }, names]);
    const bob = await speaker(1, names);
    const back = n => eventually(page, `${n} connections`, n => window.came.length === n && window.ada.connected, n);
    await speaks(bob, 20);
    await context.setOffline(true);
    path.cut(cluster.nodes[0].port);
    await eventually(page, 'offline', () => !window.ada.connected);
    await speaks(bob, 20);
    await context.setOffline(false);
    await back(2);
    path.cut(cluster.nodes[2].port);
    await back(3);
    await speaks(bob, 20);
    path.target = cluster.nodes[0].port;
    await cluster.nodes[2].kill();
    await back(4);
    await bob.stop();
    await eventually(page, 'all of it', said => said.every(([room, all]) => window.heard[room]?.length >= all.length), [...bob.said]);
    assert.deepEqual(await page.evaluate(() => window.came), [false, true, true, true]);
    assert.deepEqual(await page.evaluate(() => window.heard), Object.fromEntries(bob.said));
  } finally {
    await chromium.close();
  }
});
