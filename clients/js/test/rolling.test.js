import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const has = command => {
  try {
    execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${command}`]);
    return true;
  } catch {
    return false;
  }
};
const why = !process.env.EARSHOT ? 'needs Earshot' : !has('haproxy') || !has('redis-server') ? 'needs haproxy and redis-server' : false;

// At size: scripts/rolling-restart
test('a rolling restart behind HAProxy: nothing lost, doubled or out of order, everybody back in their slots', { skip: why }, async () => {
  const { rolling } = await import('../../../it/browser/rolling.js');
  const found = await rolling({ clients: 30, rooms: 6, perSecond: 60, drainSeconds: 3, restarts: 1 });
  assert.deepEqual(found.wrong, [], JSON.stringify(found));
  assert.ok(found.moves >= 5, `${found.moves} clients moved`);
});
