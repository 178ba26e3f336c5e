// Starts and kills the real server for a test, and opens real pages of it.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A port that is free now and lies below the ephemeral range, so that the server can come back on it. */
export async function freePort() {
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

export const dataDir = () => mkdtempSync(join(tmpdir(), 'earshot-browser-'));

/** A running `./earshot serve`; ready when this resolves. */
export class Server {
  constructor(port, data, extra = []) {
    this.port = port;
    this.data = data;
    this.extra = extra;
    this.url = `http://127.0.0.1:${port}`;
    this.output = '';
  }

  async start() {
    // Its own process group: kill -9 must reach the JVM, not only the script that starts it.
    this.process = spawn(join(root, 'earshot'), ['serve', '--dev', '--port', String(this.port), '--data', this.data, ...this.extra], { detached: true });
    this.process.stdout.on('data', d => { this.output += d; });
    this.process.stderr.on('data', d => { this.output += d; });
    this.exited = new Promise(done => this.process.once('exit', done));
    const until = Date.now() + 60_000;
    for (;;) {
      const answer = await fetch(this.url + '/health/ready').catch(() => null);
      if (answer?.ok) return this;
      if (this.process.exitCode !== null || Date.now() > until) throw new Error('the server did not start:\n' + this.output);
      await new Promise(r => setTimeout(r, 50));
    }
  }

  get runs() {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Resolves with its exit status; null when the signal ended it. */
  async kill(signal = 'SIGKILL') {
    if (this.runs) process.kill(-this.process.pid, signal);
    return this.exited;
  }
}

/** @param more flags of Chromium */
export async function browser(more = []) {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more],
  });
}

/** Waits for something to become true on a page; says what was there when it did not. */
export async function eventually(page, what, test, arg) {
  try {
    await page.waitForFunction(test, arg, { timeout: 20_000 });
  } catch (e) {
    throw new Error(`${what}; instead the page reads:\n${await page.innerText('body').catch(() => '(gone)')}`, { cause: e });
  }
}

export const says = (page, selector, text) =>
  eventually(page, `${selector} should say "${text}"`, ([s, t]) => [...document.querySelectorAll(s)].some(e => e.textContent.includes(t)), [selector, text]);

export const silent = (page, selector, text) =>
  eventually(page, `${selector} should not say "${text}"`, ([s, t]) => ![...document.querySelectorAll(s)].some(e => e.textContent.includes(t)), [selector, text]);
