// The hub framing of graphwiz: a small binary header and a JSON payload in one WebSocket binary message; the server's hello is a text message.
// It is what the original TypeScript client speaks. Objects are the same as those of graphwiz-protobuf.js.
import { Type } from './graphwiz-protobuf.js';

const utf8 = new TextEncoder();
const lenient = new TextDecoder();

/** Length of the id (1 byte), the id, milliseconds (8 bytes, big-endian), the type (1 byte), JSON. */
export function encode({ messageId, timestamp, type, payload = {} }) {
  const id = utf8.encode(messageId);
  if (id.length > 255) throw new RangeError(`messageId: ${id.length} bytes (expected: at most 255)`);
  const json = utf8.encode(JSON.stringify(type === Type.PRESENCE_UPDATE ? flat(payload) : payload));
  const frame = new Uint8Array(10 + id.length + json.length);
  const view = new DataView(frame.buffer);
  frame[0] = id.length;
  frame.set(id, 1);
  view.setUint32(1 + id.length, Math.floor(timestamp / 2 ** 32));
  view.setUint32(5 + id.length, timestamp >>> 0);
  frame[9 + id.length] = type;
  frame.set(json, 10 + id.length);
  return frame;
}

/** The message in `bytes`; throws a RangeError where they are none, a SyntaxError where its JSON is none. */
export function decode(bytes) {
  const frame = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const n = frame[0] ?? 0;
  if (frame.length < 10 + n) throw new RangeError(`a frame of ${frame.length} bytes (expected: at least ${10 + n})`);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const type = frame[9 + n];
  const rest = lenient.decode(frame.subarray(10 + n));
  const payload = (rest === '' ? null : JSON.parse(rest)) ?? {};
  return {
    messageId: lenient.decode(frame.subarray(1, 1 + n)),
    timestamp: view.getUint32(1 + n) * 2 ** 32 + view.getUint32(5 + n),
    type,
    payload: payload.clientId !== undefined && type >= Type.PRESENCE_JOIN && type <= Type.PRESENCE_UPDATE ? nested(payload) : payload,
  };
}

/** The message that a text from the server is; null where it is none that we know. */
export function decodeText(text) {
  const said = JSON.parse(text);
  if (said?.type !== 'SERVER_HELLO') return null;
  return {
    messageId: '',
    timestamp: said.timestamp,
    type: Type.SERVER_HELLO,
    payload: {
      serverVersion: said.server_version ?? '', assignedClientId: said.client_id, roomId: said.room_id,
      ...(said.initial_state ? { initialState: said.initial_state } : {}),
    },
  };
}

/** The original says what changed about a client beside its id, not within `data`. */
const flat = ({ clientId, data }) => ({ clientId, ...data });

function nested({ clientId, eventType, data, host_client_id: host, ...beside }) {
  const all = { ...beside, ...data, ...(host ? { hostClientId: host } : {}) };
  return { clientId, eventType, data: all };
}
