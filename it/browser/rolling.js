// A rolling restart of nodes over one Redis, behind the balancer of deploy/ as it stands, while clients of the SDK speak in rooms: what was lost, doubled or
// in another order, when each client came back, and how fast they came. scripts/rolling-restart runs it at size, clients/js/test/rolling.test.js small.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cluster, token, until } from './cluster.js';
import { dataDir, freePort } from './server.js';

const root = new URL('../../', import.meta.url);

// What a machine with 20,000 descriptors for a process does not allow is smaller than in deploy/.

/** What a client may need beyond its slot: up to a second for what is in flight, and the handshake on a busy machine. */
const LATE_MS = 3_000;

const BALANCERS = {
  haproxy(port, nodes) {
    const config = shipped('deploy/haproxy.cfg', nodes).replace('bind :8080', `bind 127.0.0.1:${port}`).replace('maxconn 40000', 'maxconn 8000') + `    server ws-3 127.0.0.1:${nodes[2].port}\n`;
    return ['haproxy', file => ['-db', '-f', file], config];
  },
  nginx(port, nodes, directory) {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${directory}; `).join('');
    const config = shipped('deploy/nginx.conf', nodes)
      .replace('listen 8080', `listen 127.0.0.1:${port}`)
      .replace('worker_processes auto;', `daemon off; pid ${directory}/pid; error_log stderr;`)
      .replace('worker_rlimit_nofile 65536;', '')
      .replace('worker_connections 32768', 'worker_connections 9000')
      .replace('http {', `http { access_log off; ${temporary}`)
      .replace('keepalive 64;', `server 127.0.0.1:${nodes[2].port} max_fails=1 fail_timeout=5s; keepalive 64;`);
    return ['nginx', file => ['-p', directory, '-c', file], config];
  },
};

const shipped = (path, nodes) =>
  readFileSync(new URL(path, root), 'utf8').replaceAll('websocket-server-2:9001', `127.0.0.1:${nodes[1].port}`).replaceAll('websocket-server:9001', `127.0.0.1:${nodes[0].port}`);

async function balance(kind, nodes) {
  const directory = dataDir();
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const [command, args, config] = BALANCERS[kind](port, nodes, directory);
  const file = join(directory, 'config');
  writeFileSync(file, config);
  const path = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
  const balancer = spawn(command, args(file), { env: { ...process.env, PATH: path }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [balancer.stdout, balancer.stderr]) stream.on('data', bytes => (said = (said + bytes).slice(-4000)));
  balancer.on('error', error => (said += error));
  const url = `http://127.0.0.1:${port}`;
  try {
    await until('the balancer answers', async () => (await fetch(url + '/health/ready').catch(() => undefined))?.ok, 15_000);
  } catch (error) {
    throw new Error(`${kind}: ${said}`, { cause: error });
  }
  return { url, stop: () => balancer.kill() };
}

/** The SDK's client and what it saw. */
function open(WebSocketClient, url, i, rooms) {
  const client = new WebSocketClient({ url, token: token(`user-${i}`), autoConnect: false });
  const seen = { client, rooms, heard: new Map(rooms.map(room => [room, []])), slots: [], connects: [], problems: 0 };
  client.on('room:message', ({ room, id }) => seen.heard.get(room)?.push(id));
  client.on('system:restart', ({ reconnectIn }) => seen.slots.push({ at: Date.now() + reconnectIn }));
  client.on('connection:error', () => seen.problems++);
  client.on('status:change', status => {
    const slot = seen.slots.at(-1);
    if (status === 'disconnected' && slot !== undefined) slot.left ??= Date.now();
    if (status !== 'connected') return;
    seen.connects.push(Date.now());
    if (slot?.left !== undefined) slot.back ??= Date.now();
  });
  return seen;
}

/** Messages of random clients into one of their rooms, so many a second. */
function speak(all, perSecond) {
  const answers = [];
  const timer = setInterval(() => {
    const { client, rooms } = all[Math.floor(Math.random() * all.length)];
    const room = rooms[Math.floor(Math.random() * rooms.length)];
    answers.push(client.sendMessage(room, { text: `message ${answers.length}` }, answers.length % 2 === 0).then(answer => ({ ...answer, room })));
  }, 1000 / perSecond);
  return async () => {
    clearInterval(timer);
    return Promise.all(answers);
  };
}

/** The most events within any second. */
function fastest(times) {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while (sorted[to] - sorted[from] >= 1000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

function judge(all, answers, statuses, drainSeconds) {
  const wrong = [];
  const said = new Map();
  for (const { success, messageId, room, error } of answers) {
    if (success) (said.get(room) ?? said.set(room, new Set()).get(room)).add(messageId);
    else wrong.push(`a message was refused: ${error}`);
  }
  const first = new Map();
  const counts = { lost: 0, doubled: 0, disordered: 0 };
  for (const { heard } of all) {
    for (const [room, ids] of heard) {
      const once = new Set(ids);
      counts.doubled += ids.length - once.size;
      counts.lost += [...(said.get(room) ?? [])].filter(id => !once.has(id)).length;
      const order = first.get(room) ?? first.set(room, ids.join()).get(room);
      if (order !== ids.join()) counts.disordered++;
    }
  }
  for (const [what, count] of Object.entries(counts)) if (count > 0) wrong.push(`${count} ${what}`);
  if (statuses.some(status => status !== 0)) wrong.push(`exit statuses: ${statuses}`);

  const slots = all.flatMap(({ slots }) => slots);
  const notBack = slots.filter(slot => slot.back === undefined).length;
  const early = slots.filter(slot => slot.left < slot.at - 100).length;
  const late = Math.max(0, ...slots.map(slot => (slot.back ?? Infinity) - slot.at));
  if (notBack > 0) wrong.push(`${notBack} did not come back`);
  if (early > 0) wrong.push(`${early} left before their slot`);
  if (late > LATE_MS) wrong.push(`a client was back ${late} ms after its slot (expected: ${LATE_MS})`);

  // Slots are spread evenly over a fifth to the whole of half of the drain: twice that rate is chance, more is a stampede.
  const moved = Math.max(...statuses.map((_, n) => all.filter(({ slots }) => slots.length > n).length), 1);
  const evenly = slots.length / statuses.length / Math.min(drainSeconds * 0.4, 1e9);
  const connects = fastest(all.flatMap(({ connects }) => connects.slice(1)));
  const bound = Math.ceil(2 * Math.max(evenly, 1)) + Math.ceil(Math.sqrt(moved)) + 5;
  if (connects > bound) wrong.push(`${connects} clients connected within a second (expected: at most ${bound})`);
  return { ...counts, sent: answers.length, moves: slots.length, lateMs: late, connects, bound, problems: all.reduce((n, { problems }) => n + problems, 0), statuses, wrong };
}

/**
 * @param {{ clients: number, rooms: number, perSecond: number, drainSeconds?: number, restarts?: number, balancer?: string, log?: (line: string) => void }} options
 */
export async function rolling({ clients, rooms, perSecond, drainSeconds = 10, restarts = 3, balancer = 'haproxy', log = () => undefined }) {
  const { default: WebSocketClient } = await import(new URL('clients/js/dist/esm/index.js', root).href);
  const cluster = await Cluster.start(3, ['--set', `drain.timeout=${drainSeconds}s`, '--set', 'network.trusted-proxies=127.0.0.1']);
  const all = [];
  let way;
  try {
    way = await balance(balancer, cluster.nodes);
    log(`three nodes behind ${balancer}; ${clients} clients of the SDK in ${rooms} rooms`);
    for (let i = 0; i < clients; i++) {
      // Every fifth is in two rooms.
      const names = [i, ...(i % 5 === 0 ? [i + 1] : [])].map(n => `room-${n % rooms}`);
      const seen = open(WebSocketClient, way.url, i, [...new Set(names)]);
      all.push(seen);
      seen.client.connect();
      if (i % 50 === 49) await until('connected', () => all.every(({ client }) => client.isConnected()), 60_000);
    }
    for (const { client, rooms } of all) for (const room of rooms) if (!(await client.joinRoom(room)).success) throw new Error('not joined: ' + room);
    const silence = speak(all, perSecond);
    const statuses = [];
    for (let i = 0; i < restarts; i++) {
      const began = Date.now();
      const told = all.reduce((n, { slots }) => n + slots.length, 0);
      statuses.push(await cluster.nodes[i].kill('SIGTERM'));
      const stopped = Date.now() - began;
      await until('everybody is back', () => all.every(({ client }) => client.isConnected()), 60_000);
      await cluster.nodes[i].start();
      // The balancer looks once a second.
      await until('it is known', () => Date.now() - began > stopped + 1_500);
      log(`node ${i + 1} of ${restarts}: ${all.reduce((n, { slots }) => n + slots.length, 0) - told} clients moved, stopped after ${(stopped / 1000).toFixed(1)} s with status ${statuses.at(-1)}`);
    }
    const answers = await silence();
    await until('all is heard', () => judge(all, answers, statuses, drainSeconds).lost === 0, 10_000).catch(() => undefined);
    return judge(all, answers, statuses, drainSeconds);
  } finally {
    all.forEach(({ client }) => client.disconnect());
    way?.stop();
    await cluster.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '2000' }, rooms: { type: 'string', default: '200' }, rate: { type: 'string', default: '50' },
      drain: { type: 'string', default: '10' }, balancer: { type: 'string', default: 'haproxy' },
    },
  });
  const found = await rolling({
    clients: Number(values.clients), rooms: Number(values.rooms), perSecond: Number(values.rate), drainSeconds: Number(values.drain), balancer: values.balancer,
    log: line => console.log(line),
  });
  const { sent, lost, doubled, disordered, moves, lateMs, connects, bound, problems, statuses, wrong } = found;
  console.log(`
messages sent                    ${sent}
lost, doubled, out of order      ${lost}, ${doubled}, ${disordered}
clients that moved               ${moves}, the last ${lateMs} ms after its slot
connected within any second      ${connects} at most (bound: ${bound})
attempts that failed             ${problems}
exit statuses                    ${statuses.join(', ')}
`);
  for (const what of wrong) console.log('WRONG: ' + what);
  process.exit(wrong.length === 0 ? 0 : 1);
}
