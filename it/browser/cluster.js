// Several nodes over a Redis of their own, and ways to them: one that can be cut and leads somewhere else each time, and one where every request goes to the
// next node.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { dataDir, freePort, Server } from './server.js';

export const SECRET = 'a-test-secret-of-good-length-0123456789-0123456789-0123456789-0123456789';

const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of the summit dialect, made without a line of ours. */
export function token(userId, more = {}) {
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ userId, tenantId: 'acme', exp: Math.floor(Date.now() / 1000) + 3600, ...more })}`;
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
}

export async function until(what, condition, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error('not in time: ' + what);
    await new Promise(r => setTimeout(r, 5));
  }
}

export class Cluster {
  nodes = [];

  /** @param settings further arguments of every node */
  static async start(count, settings = []) {
    const cluster = new Cluster();
    const directory = dataDir();
    const redisPort = await freePort();
    cluster.redis = spawn('redis-server', ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', directory], { stdio: 'ignore' });
    for (let i = 0; i < count; i++) {
      const port = await freePort();
      const data = join(directory, `node-${i}`);
      mkdirSync(data);
      const own = ['--redis', `redis://127.0.0.1:${redisPort}`, '--set', `node-id=ws-${i}`, '--set', `redis.advertise=http://127.0.0.1:${port}`];
      cluster.nodes.push(new Server(port, data, [...own, ...settings]));
    }
    process.env.EARSHOT_SUMMIT_JWT_SECRET = SECRET;
    try {
      await until('Redis', () => answers(redisPort));
      await Promise.all(cluster.nodes.map(node => node.start()));
      await cluster.know(count);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Until every node that runs knows of so many. */
  async know(count) {
    for (const node of this.nodes.filter(n => n.runs))
      await until(`${count} nodes are known`, async () => (await metric(node, 'earshot_nodes')) === count);
  }

  async stop() {
    await Promise.all(this.nodes.filter(node => node.runs).map(node => node.kill('SIGKILL')));
    this.redis.kill('SIGKILL');
  }
}

const answers = port => new Promise(done => {
  const socket = connect(port, '127.0.0.1', () => {
    socket.destroy();
    done(true);
  }).on('error', () => done(false));
});

/** The sum of a series over its labels. */
export async function metric(node, name) {
  const page = await (await fetch(node.url + '/metrics')).text();
  return page.split('\n').filter(l => l.startsWith(name + ' ') || l.startsWith(name + '{')).reduce((sum, l) => sum + Number(l.slice(l.lastIndexOf(' ') + 1)), 0);
}

/** A TCP way to one node at a time, by a port that stays. */
export class Way {
  #pairs = new Set();
  target;

  static async to(port) {
    const way = new Way();
    way.target = port;
    way.server = createServer({ noDelay: true }, client => way.#take(client));
    await new Promise(done => way.server.listen(0, '127.0.0.1', done));
    way.url = `http://127.0.0.1:${way.server.address().port}`;
    return way;
  }

  #take(client) {
    if (this.closed) return client.resetAndDestroy();
    const node = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    const pair = [client, node];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      pair.forEach(socket => socket.destroy());
    };
    pair.forEach(socket => socket.on('error', end).on('close', end));
    client.pipe(node);
    node.pipe(client);
  }

  /** Everything that is open ends, and what comes next goes there. */
  cut(next = this.target) {
    this.target = next;
    for (const pair of this.#pairs) pair.forEach(socket => socket.resetAndDestroy());
  }

  stop() {
    this.cut();
    this.server.close();
  }

  /** Nobody comes through until it is opened again: a client that polls notices, too. */
  closed = false;
}

/** A balancer without stickiness: each request, and each WebSocket, goes to the next node that answers. */
export class RoundRobin {
  #next = 0;

  static async over(nodes) {
    const balancer = new RoundRobin();
    balancer.nodes = nodes;
    balancer.server = createHttpServer((asked, answer) => balancer.#pass(asked, answer, nodes.length));
    balancer.server.on('upgrade', (asked, socket, head) => balancer.#upgrade(asked, socket, head));
    await new Promise(done => balancer.server.listen(0, '127.0.0.1', done));
    balancer.url = `http://127.0.0.1:${balancer.server.address().port}`;
    return balancer;
  }

  #turn() {
    return this.nodes[this.#next++ % this.nodes.length];
  }

  #pass(asked, answer, tries) {
    const { method, url, headers } = asked;
    const passed = request({ port: this.#turn().port, host: '127.0.0.1', method, path: url, headers }, from => {
      answer.writeHead(from.statusCode, from.headers);
      from.pipe(answer);
    });
    passed.on('error', error => {
      if (error.code === 'ECONNREFUSED' && tries > 1 && method === 'GET') this.#pass(asked, answer, tries - 1);
      else answer.destroy();
    });
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  #upgrade(asked, socket, head) {
    const node = connect({ port: this.#turn().port, host: '127.0.0.1', noDelay: true });
    const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
    for (let i = 0; i < asked.rawHeaders.length; i += 2) lines.push(`${asked.rawHeaders[i]}: ${asked.rawHeaders[i + 1]}`);
    node.write(lines.join('\r\n') + '\r\n\r\n');
    node.write(head);
    const end = () => [node, socket].forEach(each => each.destroy());
    for (const each of [node, socket]) each.on('error', end).on('close', end);
    node.pipe(socket);
    socket.pipe(node);
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
