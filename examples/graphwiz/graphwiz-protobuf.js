// The protobuf framing of graphwiz: one WebSocket binary message is one `graphwiz.core.Message`, without a length in front. The schema below is
// the whole of it that travels on a socket; names are those of the JSON form, so both framings give the same objects. Written by hand: some twenty flat
// messages need a table and a page of code, and a page that imports this needs no bundler.

import { fromJson, Reader, toJson, Writer } from './graphwiz-wire.js';

/** Numbers of message types. */
export const Type = Object.freeze({
  CLIENT_HELLO: 1, SERVER_HELLO: 2, POSITION_UPDATE: 10, VOICE_DATA: 11, ENTITY_SPAWN: 20, ENTITY_UPDATE: 21, ENTITY_DESPAWN: 22,
  CHAT_MESSAGE: 30, EMOJI_REACTION: 31, OBJECT_GRAB: 32, OBJECT_RELEASE: 33, PRESENCE_JOIN: 40, PRESENCE_LEAVE: 41, PRESENCE_UPDATE: 42,
  PLAYER_KICKED: 60, PLAYER_MUTED: 61, ROOM_LOCKED: 62, KICK_PLAYER: 63, MUTE_PLAYER: 64, LOCK_ROOM: 65, ACK: 70, ERROR: 71, PING: 255,
});

/** A product's own types: relayed to all others, their payload as they please. */
export const isCustom = type => type >= 100 && type <= 199;

// A message is [number, name, kind, of]: `of` is the message or the type of values that a 'message', 'list' or 'map' holds.
const vector = [[1, 'x', 'float'], [2, 'y', 'float'], [3, 'z', 'float']];
const quaternion = [...vector, [4, 'w', 'float']];
const avatarConfig = [
  [1, 'bodyType', 'string'], [2, 'primaryColor', 'string'], [3, 'secondaryColor', 'string'], [4, 'height', 'float'], [5, 'customModelUrl', 'string'],
];
const place = from => [[from, 'position', 'message', vector], [from + 1, 'rotation', 'message', quaternion]];
const player = [
  [1, 'clientId', 'string'], [2, 'displayName', 'string'], [3, 'avatarUrl', 'string'], ...place(4), [6, 'avatarConfig', 'message', avatarConfig],
];
const entity = [[1, 'id', 'string'], [2, 'templateId', 'string'], ...place(3), [5, 'components', 'map', 'string']];
const world = [[1, 'entities', 'list', entity], [2, 'players', 'list', player], [3, 'lastUpdate', 'int64']];
const presenceData = [
  [1, 'displayName', 'string'], [2, 'avatarUrl', 'string'], ...place(3), [5, 'avatarConfig', 'message', avatarConfig], [6, 'hostClientId', 'string'],
];
const presence = [[1, 'clientId', 'string'], [2, 'eventType', 'int32'], [3, 'data', 'message', presenceData]];

/** [number of the payload's field, the payload, its types] */
const PAYLOADS = [
  [10, [[1, 'clientId', 'string'], [2, 'displayName', 'string'], [3, 'authToken', 'string'], [4, 'requestedRoom', 'string']], 1],
  [11, [[1, 'serverVersion', 'string'], [2, 'assignedClientId', 'string'], [3, 'roomId', 'string'], [4, 'initialState', 'message', world]], 2],
  [20, [[1, 'entityId', 'string'], ...place(2), [4, 'sequenceNumber', 'uint32']], 10],
  [21, [[1, 'fromClientId', 'string'], [2, 'audioData', 'bytes'], [3, 'sequenceNumber', 'int32'], [4, 'codec', 'int32']], 11],
  [30, [[1, 'entityId', 'string'], [2, 'templateId', 'string'], [3, 'ownerId', 'string'], [4, 'components', 'map', 'string']], 20],
  [31, [[1, 'entityId', 'string'], [2, 'components', 'map', 'bytes']], 21],
  [32, [[1, 'entityId', 'string']], 22],
  [40, [[1, 'fromClientId', 'string'], [2, 'message', 'string'], [3, 'timestamp', 'int64'], [4, 'type', 'int32'], [5, 'toClientId', 'string']], 30],
  [41, [[1, 'fromClientId', 'string'], [2, 'emoji', 'string'], [3, 'position', 'message', vector], [4, 'timestamp', 'int64'], [5, 'reactionId', 'string']], 31],
  [42, [[1, 'entityId', 'string'], [2, 'clientId', 'string'], [3, 'position', 'message', vector], [4, 'timestamp', 'int64']], 32],
  [43, [[1, 'entityId', 'string'], [2, 'clientId', 'string'], [3, 'position', 'message', vector], [4, 'velocity', 'message', vector], [5, 'timestamp', 'int64']], 33],
  [50, presence, 40, 41, 42],
  [60, [[1, 'kickedClientId', 'string'], [2, 'kickedByClientId', 'string'], [3, 'reason', 'string']], 60],
  [61, [[1, 'mutedClientId', 'string'], [2, 'muted', 'bool'], [3, 'reason', 'string']], 61],
  [62, [[1, 'locked', 'bool'], [2, 'lockedByClientId', 'string'], [3, 'reason', 'string']], 62],
  [63, [[1, 'targetClientId', 'string'], [2, 'reason', 'string']], 63],
  [64, [[1, 'targetClientId', 'string'], [2, 'muted', 'bool'], [3, 'reason', 'string']], 64],
  [65, [[1, 'locked', 'bool'], [2, 'reason', 'string']], 65],
  [100, [[1, 'messageIds', 'list', 'string']], 70],
  [101, [[1, 'code', 'int32'], [2, 'message', 'string'], [3, 'refMessageId', 'string']], 71],
];
const CUSTOM = 110;
const byField = new Map(PAYLOADS.map(([field, fields, ...types]) => [field, { fields, types }]));
const byType = new Map(PAYLOADS.flatMap(([field, fields, ...types]) => types.map(type => [type, { field, fields }])));

/** The bytes of `{ messageId, timestamp, type, payload }`. What has its default value is left out, as proto3 has it. */
export function encode({ messageId, timestamp, type, payload = {} }) {
  const out = new Writer();
  out.field(1, 'string', messageId);
  out.field(2, 'int64', timestamp);
  out.field(3, 'int32', type);
  const known = byType.get(type);
  if (known) out.field(known.field, 'message', payload, known.fields);
  else if (isCustom(type)) out.field(CUSTOM, 'bytes', toJson(payload));
  else throw new TypeError(`type: ${type} (expected: one of Type, or 100 to 199)`);
  return out.done();
}

/** The message in `bytes`; throws a RangeError where they are none. A payload decides over the type when the two disagree. */
export function decode(bytes) {
  const message = { messageId: '', timestamp: 0, type: 0, payload: {} };
  const reader = new Reader(bytes);
  while (!reader.atEnd()) {
    const tag = reader.varint();
    const number = tag >>> 3;
    const known = byField.get(number);
    if (number === 1) message.messageId = reader.value(tag, 'string');
    else if (number === 2) message.timestamp = reader.value(tag, 'int64');
    else if (number === 3) message.type = reader.value(tag, 'int32');
    else if (number === CUSTOM) message.payload = fromJson(reader.value(tag, 'bytes')) ?? {};
    else if (known) {
      message.payload = reader.value(tag, 'message', known.fields);
      message.shape = known;
    } else reader.skip(tag);
  }
  const { shape } = message;
  delete message.shape;
  if (shape && !shape.types.includes(message.type)) message.type = shape.types[message.payload.eventType ?? 0] ?? shape.types[0];
  return message;
}
