import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../dist/esm/emitter.js';
import { sizeOf, uuid } from '../dist/esm/ids.js';
import { Outbox } from '../dist/esm/outbox.js';
import { Rooms } from '../dist/esm/rooms.js';
import { fullJitter, Pace } from '../dist/esm/time.js';

test('fullJitter_spreadsOverAGrowingBound', () => {
  const at = (attempt, random) => fullJitter(attempt, 1000, 5000, () => random);
  assert.deepEqual([0, 1, 2, 3, 40].map(attempt => at(attempt, 0.999999)), [999, 1999, 3999, 4999, 4999]);
  assert.equal(at(7, 0), 0);
});

test('pace_afterABurst_letsPermitsThroughAtItsRate', () => {
  const pace = new Pace(100, 3, 0);
  assert.deepEqual([pace.take(0), pace.take(0), pace.take(0), pace.take(0), pace.take(10), pace.take(10)], [0, 0, 0, 10, 0, 10]);
  assert.equal(pace.take(-1000), 10, 'a clock that is set back gives and takes nothing');
});

test('emitter_whenAListenerThrows_tellsTheOthers', t => {
  const later = t.mock.method(globalThis, 'queueMicrotask', () => {});
  const emitter = new Emitter();
  const heard = [];
  emitter.on('a', () => {
    throw new Error('a bug of the product');
  });
  emitter.once('a', () => heard.push('once'));
  emitter.on('a', value => heard.push(value));
  emitter.emit('a', 1);
  emitter.emit('a', 2);
  assert.deepEqual(heard, ['once', 1, 2]);
  assert.throws(later.mock.calls[0].arguments[0], /a bug of the product/);
  emitter.off('a');
  assert.equal(emitter.listenerCount('a'), 0);
});

test('sizeOf_countsWhatTravels', () => {
  assert.equal(sizeOf(new Uint8Array(100)), 100);
  assert.ok(sizeOf({ text: 'x'.repeat(1000) }) >= 1000);
  const loop = {};
  loop.loop = loop;
  assert.throws(() => sizeOf(loop), RangeError);
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('rooms_knowARoomByBothSpellings', () => {
  const rooms = new Rooms();
  rooms.tenant = 'acme';
  rooms.want('investigation:123');
  assert.equal(rooms.find('acme:investigation:123').name, 'investigation:123');
  assert.equal(rooms.find('123'), undefined);
  assert.equal(rooms.isNew({ room: 'acme:investigation:123', id: 'a', timestamp: 1 }), true);
  assert.equal(rooms.isNew({ room: 'investigation:123', id: 'a', timestamp: 1 }), false);
});

const limits = { ackTimeout: 10_000, queueTimeout: 10_000, maxQueueSize: 1000, maxQueueBytes: 1e6, pace: false };

test('outbox_whenFull_letsTheOldestGo', async () => {
  const outbox = new Outbox({ ...limits, maxQueueSize: 2 });
  const answers = [1, 2, 3].map(n => outbox.request('e', n));
  assert.deepEqual(await answers[0], { ok: false, code: 'QUEUE_FULL' });
  const sent = [];
  outbox.up((_, data, answer) => (sent.push(data), answer('fine')));
  assert.deepEqual(sent, [], 'held back until the rooms are joined');
  outbox.release();
  assert.deepEqual(sent, [2, 3]);
  assert.deepEqual(await Promise.all(answers.slice(1)), [{ ok: true, value: 'fine' }, { ok: true, value: 'fine' }]);
});

test('outbox_overItsBytes_letsTheOldestGo', async () => {
  const outbox = new Outbox({ ...limits, maxQueueBytes: 1000 });
  const answers = ['a', 'b'].map(c => outbox.request('e', c.repeat(600)));
  assert.deepEqual(await answers[0], { ok: false, code: 'QUEUE_FULL' });
  outbox.failAll('DISCONNECTED');
  assert.deepEqual(await answers[1], { ok: false, code: 'DISCONNECTED' });
});

test('outbox_whenNobodyConnects_answersInTime', async () => {
  const outbox = new Outbox({ ...limits, queueTimeout: 20 });
  assert.deepEqual(await outbox.request('e'), { ok: false, code: 'TIMEOUT' });
});

test('outbox_afterADrop_sendsAgainInOrderButNotForEver', async () => {
  const outbox = new Outbox(limits);
  const sent = [];
  const transmit = (_, data) => sent.push(data);
  const answers = [outbox.request('e', 1), outbox.request('e', 2, { again: false }), outbox.request('e', 3)];
  for (let i = 0; i < 3; i++) {
    outbox.up(transmit);
    outbox.release();
    outbox.down();
  }
  assert.deepEqual(sent, [1, 2, 3, 1, 3, 1, 3]);
  assert.deepEqual(await Promise.all(answers), Array(3).fill({ ok: false, code: 'DISCONNECTED' }));
});

test('outbox_whatHasNoJsonForm_isToldToTheCaller', async () => {
  const outbox = new Outbox(limits);
  const loop = {};
  loop.loop = loop;
  assert.deepEqual(await outbox.request('e', loop), { ok: false, code: 'NOT_SERIALIZABLE' });
  outbox.up(() => {
    throw new TypeError('Do not know how to serialize a BigInt');
  });
  outbox.release();
  assert.deepEqual(await outbox.request('e', 1n), { ok: false, code: 'NOT_SERIALIZABLE' });
});
