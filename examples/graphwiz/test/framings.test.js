import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as hub from '../graphwiz-hub.js';
import * as protobuf from '../graphwiz-protobuf.js';
import { Type } from '../graphwiz-protobuf.js';

const { messageId, timestamp, vectors } = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url)));
const bytes = hex => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = array => Buffer.from(array).toString('hex');
const envelope = (type, payload) => ({ messageId, timestamp, type, payload });

/** Everything that is expected is there; a decoder may know more: defaults. */
function holds(actual, expected, path = '') {
  if (expected === null || typeof expected !== 'object') return assert.deepEqual(actual, expected, path);
  for (const [name, value] of Object.entries(expected)) holds(actual?.[name], value, `${path}.${name}`);
}

for (const v of vectors) {
  test(`${v.name}: as the original's protobuf encoder writes it`, () => {
    const decoded = protobuf.decode(bytes(v.protobufHex));
    assert.equal(decoded.messageId, messageId);
    assert.equal(decoded.timestamp, timestamp);
    assert.equal(decoded.type, v.type);
    // A pose has no time of its own in protobuf: the envelope's counts (section 7, rule 2).
    const { timestamp: _, ...pose } = v.hubPayload ?? {};
    holds(decoded.payload, v.type === Type.POSITION_UPDATE ? pose : v.hubPayload ?? {});
    assert.deepEqual(protobuf.decode(protobuf.encode(decoded)), decoded);
  });

  if (v.hubHex)
    test(`${v.name}: as the original's hub serializer writes it`, () => {
      const decoded = hub.decode(bytes(v.hubHex));
      assert.deepEqual({ ...decoded, payload: null }, { messageId, timestamp, type: v.type, payload: null });
      holds(decoded.payload, v.hubPayload);
      if (v.type !== Type.PRESENCE_UPDATE) assert.equal(hex(hub.encode(envelope(v.type, v.hubPayload))), v.hubHex);
    });
}

test('without defaults, protobuf has the very bytes', () => {
  const despawn = vectors.find(v => v.name === 'EntityDespawn');
  assert.equal(hex(protobuf.encode(envelope(Type.ENTITY_DESPAWN, { entityId: 'e-1' }))), despawn.protobufHex);
  const spawn = vectors.find(v => v.name === 'EntitySpawn');
  const payload = { entityId: 'e-1', templateId: 'player', ownerId: 'u-1', components: { color: 'red' } };
  assert.equal(hex(protobuf.encode(envelope(Type.ENTITY_SPAWN, payload))), spawn.protobufHex);
});

test('a hub client says flat what is new about it', () => {
  const frame = hub.encode(envelope(Type.PRESENCE_UPDATE, { clientId: 'c', eventType: 2, data: { displayName: 'Ada' } }));
  assert.deepEqual(JSON.parse(Buffer.from(frame.subarray(46)).toString()), { clientId: 'c', displayName: 'Ada' });
});

test('all types survive a way there and back, in both framings', () => {
  const at = { x: 1.25, y: -2.5, z: 0 };
  const payloads = {
    1: { clientId: 'c', displayName: 'Ä', authToken: 't', requestedRoom: 'r' },
    20: { entityId: 'e', templateId: 't', ownerId: 'u', components: { color: 'red', shape: { sides: 3 }, list: [1, 'x'] } },
    21: { entityId: 'e', components: { n: 5, s: 'five', none: null, deep: { a: [true] } } },
    30: { fromClientId: 'c', message: '🦆 x'.repeat(30), timestamp: 1, type: 1, toClientId: 'd' },
    31: { fromClientId: 'c', emoji: '🦆', position: at, timestamp: 2, reactionId: 'i' },
    32: { entityId: 'e', clientId: 'c', position: at, timestamp: 3 },
    33: { entityId: 'e', clientId: 'c', position: at, velocity: { x: 0.5, y: 0, z: -1 }, timestamp: 4 },
    60: { kickedClientId: 'a', kickedByClientId: 'b', reason: 'r' },
    61: { mutedClientId: 'a', muted: true, reason: '' },
    62: { locked: false, lockedByClientId: 'b', reason: '' },
    63: { targetClientId: 'a', reason: '' },
    64: { targetClientId: 'a', muted: true, reason: '' },
    65: { locked: true, reason: 'night' },
    70: { messageIds: ['a', 'b', ''] },
    71: { code: -1, message: 'm', refMessageId: 'i' },
    150: { anything: ['goes'] },
  };
  for (const [type, payload] of Object.entries(payloads)) {
    const message = envelope(Number(type), payload);
    assert.deepEqual(protobuf.decode(protobuf.encode(message)), message, `protobuf ${type}`);
    assert.deepEqual(hub.decode(hub.encode(message)), message, `hub ${type}`);
  }
});

test('sound is bytes', () => {
  const audioData = Uint8Array.from([0, 1, 254, 255]);
  const heard = protobuf.decode(protobuf.encode(envelope(Type.VOICE_DATA, { fromClientId: 'c', audioData, sequenceNumber: -3, codec: 0 })));
  assert.deepEqual(heard.payload, { fromClientId: 'c', audioData, sequenceNumber: -3, codec: 0 });
});

test('a payload decides over the type; unknown fields and types are passed by', () => {
  const chat = protobuf.encode(envelope(Type.CHAT_MESSAGE, { message: 'hi' }));
  const lying = Uint8Array.from(chat);
  lying[lying.indexOf(0x18) + 1] = 10;
  assert.equal(protobuf.decode(lying).type, Type.CHAT_MESSAGE);
  const more = Buffer.concat([chat, Buffer.from('f23e0568656c6c6f', 'hex')]); // field 1006: "hello"
  assert.equal(protobuf.decode(more).payload.message, 'hi');
});

test('32 bits are printed short, and what is nowhere is not sent', () => {
  const there = protobuf.decode(protobuf.encode(envelope(10, { entityId: 'e', position: { x: 1.8, y: 0.1, z: 1e-7 } }))).payload;
  assert.deepEqual(there.position, { x: 1.8, y: 0.1, z: 1e-7 });
  for (const x of [NaN, Infinity, -Infinity]) assert.throws(() => protobuf.encode(envelope(10, { entityId: 'e', position: { x } })), RangeError);
});

test('lies and cuts are errors, never a hang', () => {
  const whole = bytes(vectors.find(v => v.name === 'PresenceUpdate').protobufHex);
  for (let end = 1; end < whole.length; end++) {
    try {
      protobuf.decode(whole.subarray(0, end));
    } catch (e) {
      assert.ok(e instanceof RangeError, String(e));
    }
  }
  for (const lie of ['0affffffff0f61', '0affffffffffffffffff01', '0a', 'ffffffffffffffffffffff', '08', '1d00', 'f2010a0a08', '0b']) assert.throws(() => protobuf.decode(bytes(lie)), RangeError, lie);
  assert.throws(() => hub.decode(new Uint8Array(0)), RangeError);
  assert.throws(() => hub.decode(bytes('ff00')), RangeError);
  assert.throws(() => hub.decode(bytes('0000000000000000000a7b')), SyntaxError);
  let seed = 20261122;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  for (let i = 0; i < 3000; i++) {
    const noise = Uint8Array.from({ length: Math.floor(random() * 60) }, () => random() * 256);
    for (const { decode } of [protobuf, hub]) {
      try {
        decode(noise);
      } catch (e) {
        assert.ok(e instanceof RangeError || e instanceof SyntaxError, String(e));
      }
    }
  }
});

test('a component called like a property of every object is only a component', () => {
  const components = JSON.parse('{"__proto__":"x","constructor":"y"}');
  const heard = protobuf.decode(protobuf.encode(envelope(20, { entityId: 'e', components }))).payload.components;
  assert.deepEqual(Object.keys(heard), ['__proto__', 'constructor']);
  assert.equal({}.x, undefined);
});

test('the hello of a hub client is text, with the world in it', () => {
  const hello = hub.decodeText(JSON.stringify({ type: 'SERVER_HELLO', room_id: 'r', client_id: 'c', timestamp: 5, server_version: '1', initial_state: { players: [{ clientId: 'd' }], entities: [], lastUpdate: 1 } }));
  assert.deepEqual(hello.payload, { serverVersion: '1', assignedClientId: 'c', roomId: 'r', initialState: { players: [{ clientId: 'd' }], entities: [], lastUpdate: 1 } });
  assert.equal(hub.decodeText('{"type":255}'), null);
});
