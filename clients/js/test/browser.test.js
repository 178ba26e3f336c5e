// The package in a real Chromium: a SharedWorker with real tabs, the React hooks under StrictMode, the file for pages without a bundler.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { StandIn } from './support/stand-in.js';

const executable = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(path => path && existsSync(path));
const file = path => fileURLToPath(new URL(path, import.meta.url));

describe('in Chromium', { skip: executable ? false : 'no Chromium here: set CHROMIUM to its path' }, () => {
  const server = new StandIn();
  let browser, pages, origin;

  before(async () => {
    await server.start();
    const bundle = await build({ entryPoints: [file('page.tsx')], bundle: true, write: false, format: 'esm', define: { 'process.env.NODE_ENV': '"development"' }, jsx: 'automatic' });
    const shared = await build({
      stdin: { contents: "export { default as Shared } from '@intelgraph/websocket-client/shared'", resolveDir: file('..') },
      bundle: true,
      write: false,
      format: 'esm',
    });
    const files = {
      '/': ['text/html', '<!doctype html><div id="root"></div>'],
      '/page.js': ['text/javascript', bundle.outputFiles[0].text],
      '/shared.js': ['text/javascript', shared.outputFiles[0].text],
      '/shared-worker.js': ['text/javascript', readFileSync(file('../dist/shared-worker.js'), 'utf8')],
      '/websocket-client.js': ['text/javascript', readFileSync(file('../dist/websocket-client.js'), 'utf8')],
    };
    pages = createServer((request, response) => {
      const [type, body] = files[request.url] ?? ['text/plain', ''];
      response.writeHead(request.url in files ? 200 : 404, { 'content-type': type }).end(body);
    });
    await new Promise(done => pages.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${pages.address().port}`;
    browser = await chromium.launch({
      executablePath: executable,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });
  after(async () => {
    await browser?.close();
    pages.close();
    await server.stop();
  });

  const open = async context => {
    const page = await context.newPage();
    page.on('pageerror', error => console.error(error));
    await page.goto(origin);
    return page;
  };
  const settings = user => ({ url: `ws://127.0.0.1:${server.port}`, token: server.token(user) });
  const connections = () => server.io.engine.clientsCount;
  const joins = room => server.requests.filter(([name, data]) => name === 'room:join' && data.room === room).length;

  test('tabs share one connection, and a closed tab leaves its rooms', async () => {
    const context = await browser.newContext();
    const before = connections();
    const tabs = await Promise.all([open(context), open(context)]);
    for (const tab of tabs) {
      await tab.evaluate(async settings => {
        const { Shared } = await import('/shared.js');
        window.client = new Shared({ ...settings, session: 'alice', worker: '/shared-worker.js' });
        window.heard = [];
        window.client.on('room:message', message => window.heard.push(message.payload));
        const joined = await window.client.joinRoom('tabs');
        if (!joined.success || !window.client.isShared) throw new Error(JSON.stringify([joined, window.client.isShared]));
      }, settings('alice'));
    }
    assert.equal(connections() - before, 1);
    assert.equal(joins('tabs'), 1);
    await tabs[0].evaluate(() => window.client.sendMessage('tabs', 'hello', true));
    for (const tab of tabs) await tab.waitForFunction(() => window.heard.includes('hello'));
    await tabs[0].evaluate(() => window.client.joinRoom('first tab only'));
    await tabs[0].close();
    while (!server.requests.some(([name, data]) => name === 'room:leave' && data.room === 'first tab only')) await new Promise(r => setTimeout(r, 10));
    assert.equal((await tabs[1].evaluate(() => window.client.sendMessage('tabs', 'still here'))).success, true);
    await context.close();
    while (connections() > before) await new Promise(r => setTimeout(r, 10));
  });

  test('a React page shows a room, joined once', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', error => errors.push(error.message));
    page.on('console', message => message.type() === 'error' && errors.push(message.text()));
    await page.goto(origin);
    await page.evaluate(settings => {
      window.settings = settings;
      return import('/page.js');
    }, settings('ada'));
    await page.getByText('connected, joined').waitFor();
    await page.getByText('ada', { exact: true }).waitFor();
    await page.fill('input', 'first finding');
    await page.click('button');
    await page.getByText('ada: first finding').waitFor();
    assert.equal(joins('investigation:123'), 1, 'StrictMode mounts twice, the server sees one join');
    for (const socket of server.io.of('/').sockets.values()) socket.conn.close();
    await page.getByText('disconnected').waitFor();
    await page.getByText('connected, joined').waitFor();
    await page.fill('input', 'second finding');
    await page.click('button');
    await page.getByText('ada: second finding').waitFor();
    assert.equal(await page.locator('li').count(), 2);
    assert.deepEqual(errors.filter(text => !text.includes('favicon') && !text.includes('404')), []);
    await context.close();
  });

  test('a page without a bundler imports one file', async () => {
    const context = await browser.newContext();
    const page = await open(context);
    const result = await page.evaluate(async settings => {
      const { default: WebSocketClient } = await import('/websocket-client.js');
      const client = new WebSocketClient(settings);
      await client.joinRoom('plain');
      return client.sendMessage('plain', 'hello');
    }, settings('eve'));
    assert.equal(result.success, true);
    await context.close();
  });
});
