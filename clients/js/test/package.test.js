import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import WebSocketClient, { RequestError, WebSocketClient as named } from '@intelgraph/websocket-client';

const require = createRequire(import.meta.url);

test('the package can be imported and required', () => {
  assert.equal(WebSocketClient, named);
  const cjs = require('@intelgraph/websocket-client');
  assert.equal(cjs.default, cjs.WebSocketClient);
  assert.equal(typeof require('@intelgraph/websocket-client/react').useRoom, 'function');
  assert.equal(typeof require('@intelgraph/websocket-client/shared').default, 'function');
  assert.equal(new RequestError('TIMEOUT', 'query:rooms').message, 'query:rooms: TIMEOUT');
});

test('everything that package.json names is there', () => {
  const { exports } = require('../package.json');
  const files = [];
  JSON.stringify(exports, (_, value) => (typeof value === 'string' && files.push(value), value));
  for (const file of files) assert.ok(readFileSync(new URL('../' + file, import.meta.url)).length > 0, file);
});
