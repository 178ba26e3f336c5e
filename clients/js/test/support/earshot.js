import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwt } from './tokens.js';

const SECRET = 'a-secret-of-the-tests-of-forty-characters-or-so';

/** Earshot itself, in a process of its own. */
export class Earshot {
  name = 'Earshot';
  #command;
  #data = mkdtempSync(join(tmpdir(), 'earshot-sdk-'));

  constructor(command) {
    this.#command = command;
  }

  token(user, { tenant = 'acme', ...claims } = {}) {
    return jwt({ userId: user, tenantId: tenant, ...claims }, SECRET);
  }

  async start(port = 0) {
    this.port = port || (await freePort());
    this.output = '';
    // Its own process group: a kill must reach the JVM, not only the script that starts it.
    this.process = spawn(this.#command, ['serve', '--dev', '--port', String(this.port), '--data', this.#data], {
      detached: true,
      env: { ...process.env, JWT_SECRET: SECRET, RATE_LIMIT_MESSAGES_PER_SECOND: '100000', RATE_LIMIT_BURST_SIZE: '100000' },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', bytes => (this.output += bytes));
    this.exited = new Promise(done => this.process.once('exit', done));
    for (const end = Date.now() + 60_000; ; ) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/health/ready`).catch(() => undefined);
      if (answer?.ok) return this;
      if (this.process.exitCode !== null || Date.now() > end) throw new Error('Earshot did not start:\n' + this.output);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async stop(signal = 'SIGKILL') {
    if (this.process.exitCode === null && this.process.signalCode === null) process.kill(-this.process.pid, signal);
    await this.exited;
  }

  clean() {
    rmSync(this.#data, { recursive: true, force: true });
  }
}

/** Below the ephemeral range, so that the server can come back on it. */
async function freePort() {
  for (let i = 0; i < 100; i++) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    const free = await new Promise(done => {
      const probe = createServer().once('error', () => done(false)).once('listening', () => probe.close(() => done(true)));
      probe.listen(port, '127.0.0.1');
    });
    if (free) return port;
  }
  throw new Error('no free port between 20000 and 32000');
}
