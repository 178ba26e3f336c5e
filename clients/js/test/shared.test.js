import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import SharedWebSocketClient from '@intelgraph/websocket-client/shared';
import { SharedHub } from '../dist/esm/shared-hub.js';
import { record, until } from './support/await.js';
import { servers } from './support/servers.js';

for (const server of servers()) {
  describe(`tabs that share a connection to ${server.name}`, () => {
    const hub = new SharedHub();
    const tabs = [];
    let rooms = 0;
    before(() => server.start());
    after(async () => {
      tabs.forEach(tab => tab.disconnect());
      await server.stop();
      server.clean?.();
    });

    /** A tab of one browser: the worker is in this process, the port between them is a real one. */
    const worker = () => {
      const { port1, port2 } = new MessageChannel();
      hub.attach(port2);
      return { port: port1 };
    };
    function openTab(options = {}) {
      const tab = new SharedWebSocketClient({ url: `ws://127.0.0.1:${server.port}`, session: 'alice', token: () => server.token('alice'), worker, ...options });
      tabs.push(tab);
      return Object.assign(tab, { heard: record(tab) });
    }
    const newRoom = () => `investigation:shared-${++rooms}`;

    test('are one connection with one membership', async () => {
      const room = newRoom();
      const [one, two] = [openTab(), openTab()];
      assert.equal((await one.joinRoom(room, { tab: 1 })).success, true);
      await one.sendMessage(room, 'before', true);
      assert.deepEqual(await two.sendMessage(room, 'not in'), { success: false, error: 'NOT_IN_ROOM' });
      assert.equal((await two.joinRoom(room, { tab: 2 })).success, true);
      assert.deepEqual([one.isShared, two.isShared, two.getStatus()], [true, true, 'connected']);
      assert.equal(one.heard.of('connection:established')[0].connectionId, two.heard.of('connection:established')[0].connectionId);
      assert.deepEqual(two.heard.of('room:joined'), [{ room, metadata: { tab: 2 } }]);
      await until('history', () => two.heard.texts().length === 1);
      await two.sendMessage(room, 'after');
      for (const tab of [one, two]) await until('both hear it', () => tab.heard.texts().includes('after'));
      assert.deepEqual([one.heard.texts(), two.heard.texts()], [['before', 'after'], ['before', 'after']]);
      assert.equal((await one.queryPresence(room)).length, 1);

      await one.leaveRoom(room);
      assert.deepEqual([await one.queryRooms(), await two.queryRooms()], [[], [room]]);
      await two.sendMessage(room, 'only two');
      await until('two hears it', () => two.heard.texts().includes('only two'));
      assert.equal(one.heard.texts().includes('only two'), false);
      one.disconnect();
      assert.equal((await two.sendMessage(room, 'still here')).success, true);
      two.disconnect();
      assert.deepEqual(await two.sendMessage(room, 'x').then(r => r.success), false);
    });

    test('who may not join is told, and so is who comes after', async () => {
      const tab = openTab({ session: 'bob', token: () => server.token('bob') });
      await tab.joinRoom('open');
      assert.equal((await tab.setToken(() => server.token('bob'))).success, true);
      tab.disconnect();
    });

    test('a tab without a worker connects by itself', async () => {
      const room = newRoom();
      for (const broken of ['/shared-worker.js', () => ({ port: new MessageChannel().port1 })]) {
        const tab = openTab({ worker: broken, workerTimeout: 50 });
        assert.equal((await tab.joinRoom(room)).success, true);
        assert.equal(tab.isShared, false);
        tab.disconnect();
      }
    });
  });
}
