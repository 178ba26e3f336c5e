// What npm would publish, in a folder of its own: imported, required, and with its types, as a product has it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'earshot-packed-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const run = (command, args, cwd = folder) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const write = (name, text) => writeFileSync(join(folder, name), text);

let files;
before(() => {
  const [packed] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], own));
  files = packed.files.map(file => file.path);
  const installed = join(folder, 'node_modules', '@intelgraph', 'websocket-client');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1']);
  // Its dependencies, as npm would put them beside it.
  for (const name of readdirSync(join(own, 'node_modules')))
    if (!name.startsWith('.') && name !== '@intelgraph') symlinkSync(join(own, 'node_modules', name), join(folder, 'node_modules', name));
});

test('only what is needed is in it', () => {
  assert.ok(files.includes('README.md') && files.includes('dist/websocket-client.js') && files.includes('dist/shared-worker.js'));
  assert.deepEqual(files.filter(file => !/^(dist|src)\/|^(README\.md|package\.json|LICENSE)$/.test(file)), []);
});

test('as an ES module, and as CommonJS', () => {
  write('esm.mjs', `import WebSocketClient, { RequestError, WebSocketClient as named } from '@intelgraph/websocket-client';
    const client = new WebSocketClient({ url: 'ws://127.0.0.1:1', token: 't', autoConnect: false });
    console.log(client instanceof named, client.getStatus(), typeof RequestError, typeof (await import('@intelgraph/websocket-client/react')).useRoom);`);
  write('cjs.cjs', `const { default: WebSocketClient, WebSocketClient: named } = require('@intelgraph/websocket-client');
    const client = new WebSocketClient({ url: 'ws://127.0.0.1:1', token: 't', autoConnect: false });
    console.log(client instanceof named, client.getStatus(), typeof require('@intelgraph/websocket-client/shared').default);`);
  assert.equal(run(process.execPath, ['esm.mjs']).trim(), 'true disconnected function function');
  assert.equal(run(process.execPath, ['cjs.cjs']).trim(), 'true disconnected function');
});

test('with types, for each way of finding modules', () => {
  const uses = `
    const client = new WebSocketClient({ url: 'ws://localhost:9001', token: 't', tenantId: 'acme', reconnectionDelay: 1000 });
    client.on('status:change', status => status satisfies 'connecting' | 'connected' | 'disconnected' | 'reconnecting');
    client.on('room:message', message => message.timestamp.toFixed());
    export const sent: Promise<{ success: boolean; messageId?: string }> = client.sendMessage('r', {}, true);
    export const rooms: Promise<string[]> = client.queryRooms();
    // @ts-expect-error no such status
    client.setPresenceStatus('gone');\n`;
  write('esm.mts', `import WebSocketClient from '@intelgraph/websocket-client';\n${uses}`);
  write('cjs.cts', `import { WebSocketClient } from '@intelgraph/websocket-client';\n${uses}`);
  write('bundled.ts', `import WebSocketClient from '@intelgraph/websocket-client';\nimport { useRoom } from '@intelgraph/websocket-client/react';\nexport { useRoom };\n${uses}`);
  const tsc = join(own, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
  run(process.execPath, [tsc, ...strict, '--module', 'nodenext', 'esm.mts', 'cjs.cts']);
  run(process.execPath, [tsc, ...strict, '--module', 'esnext', '--moduleResolution', 'bundler', 'bundled.ts']);
});
