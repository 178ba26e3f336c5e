// A raw connection, and every frame on it. It knows the two framings and nothing else: what it shows is what is on the wire.
import * as hub from './graphwiz-hub.js';
import * as protobuf from './graphwiz-protobuf.js';
import { uuid } from './graphwiz-delivery.js';

const { Type } = protobuf;
const KEPT = 500;
const $ = id => document.getElementById(id);
const names = new Map(Object.entries(Type).map(([name, type]) => [type, name]));
const counted = { in: 0, inBytes: 0, out: 0, outBytes: 0 };
const entity = uuid();
let socket = null;
let sequence = 0;

// Served by the server itself it is at home; opened from elsewhere it looks for one on this machine.
const asked = new URLSearchParams(location.search);
$('server').value = asked.get('server') ?? (location.pathname.startsWith('/static/') ? location.origin.replace(/^http/, 'ws') : 'ws://localhost:9001');
$('user').value = asked.get('user') ?? `tester-${Math.floor(Math.random() * 1000)}`;
$('room').value = asked.get('room') ?? $('room').value;
$('framing').value = asked.get('framing') ?? 'protobuf';

const framing = () => $('framing').value;
const codec = () => (framing() === 'hub' ? hub : protobuf);

function address() {
  const query = new URLSearchParams();
  for (const [name, field] of [['user_id', 'user'], ['client_id', 'client'], ['auth_token', 'token']]) if ($(field).value) query.set(name, $(field).value);
  return `${$('server').value.replace(/\/$/, '')}/ws/${encodeURIComponent($('room').value)}${query.size ? '?' + query : ''}`;
}

function state(text, isOpen) {
  $('state').textContent = text;
  $('say').disabled = !isOpen;
  $('disconnect').disabled = !isOpen;
  $('connect').disabled = isOpen;
  for (const field of ['server', 'room', 'user', 'token', 'client', 'framing']) $(field).disabled = isOpen;
}

$('connection').addEventListener('submit', e => {
  e.preventDefault();
  let mine;
  try {
    mine = new WebSocket(address());
  } catch (problem) {
    return state(`no address: ${problem.message}`, false);
  }
  socket = mine;
  mine.binaryType = 'arraybuffer';
  state('connecting…', false);
  mine.onopen = () => {
    state('connected', true);
    if (framing() !== 'text') send(Type.CLIENT_HELLO, { clientId: $('client').value, displayName: $('user').value, authToken: '', requestedRoom: $('room').value });
  };
  mine.onmessage = ({ data }) => heard(data);
  // A page is not told with which status an upgrade was refused.
  mine.onclose = ({ code, reason }) => state(code === 1006 ? 'no connection, or it was cut (1006); the server\'s log says more' : `closed: ${code} ${reason}`, false);
});
$('disconnect').addEventListener('click', () => socket?.close(1000));

// ---- frames

function heard(data) {
  const size = typeof data === 'string' ? new TextEncoder().encode(data).length : data.byteLength;
  count('in', size);
  if (typeof data === 'string') return show('in', 'text', size, data);
  try {
    const { type, payload, messageId } = codec().decode(new Uint8Array(data));
    if (type === Type.POSITION_UPDATE && !$('poses').checked) return;
    show('in', names.get(type) ?? `type ${type}`, size, JSON.stringify(payload, bytes), messageId);
  } catch (problem) {
    show('in', 'not understood', size, problem.message, '', true);
  }
}

function send(type, payload) {
  if (framing() === 'text') return sendText(JSON.stringify({ type: names.get(type), ...payload }));
  const frame = codec().encode({ messageId: uuid(), timestamp: Date.now(), type, payload });
  socket.send(frame);
  count('out', frame.length);
  show('out', names.get(type), frame.length, JSON.stringify(payload));
}

function sendText(text) {
  socket.send(text);
  const size = new TextEncoder().encode(text).length;
  count('out', size);
  show('out', 'text', size, text);
}

function count(way, size) {
  counted[way]++;
  counted[way + 'Bytes'] += size;
  $('figures').textContent = `${counted.in} in (${counted.inBytes} bytes), ${counted.out} out (${counted.outBytes} bytes)`;
}

function show(way, name, size, text, id = '', isBad = false) {
  const li = document.createElement('li');
  if (isBad) li.className = 'bad';
  const time = new Date().toISOString().slice(11, 23);
  for (const cell of [time, way === 'in' ? '↓' : '↑', name, `${size} B`, text]) {
    const span = document.createElement('span');
    span.textContent = cell;
    li.append(span);
  }
  li.children[1].className = way;
  li.children[1].title = way === 'in' ? 'received' : 'sent';
  li.children[2].title = id;
  const log = $('log');
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(li);
  while (log.children.length > KEPT) log.firstChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

const bytes = (_, value) => (value instanceof Uint8Array ? `${value.length} bytes` : value);

// ---- what one says

const on = (id, event, f) => $(id).addEventListener(event, e => {
  e.preventDefault();
  f();
});
const from = () => ($('client').value ? { fromClientId: $('client').value } : {});
on('chat', 'submit', () => {
  if (framing() === 'text') sendText(JSON.stringify({ type: 'CHAT_MESSAGE', text: $('message').value }));
  else send(Type.CHAT_MESSAGE, { ...from(), message: $('message').value, timestamp: Date.now(), type: 0 });
});
on('move', 'submit', () => send(Type.POSITION_UPDATE, {
  entityId: entity, position: { x: +$('x').value, y: +$('y').value, z: +$('z').value }, rotation: { x: 0, y: 0, z: 0, w: 1 }, sequenceNumber: ++sequence,
}));
on('spawn', 'click', () => send(Type.ENTITY_SPAWN, { entityId: entity, templateId: 'cube', ownerId: $('user').value, components: { color: 'teal' } }));
on('despawn', 'click', () => send(Type.ENTITY_DESPAWN, { entityId: entity }));
on('ping', 'click', () => sendText(JSON.stringify({ messageId: `ping-${Date.now()}`, timestamp: Date.now(), type: Type.PING, payload: null })));
on('raw', 'submit', () => sendText($('text').value));
on('clear', 'click', () => $('log').replaceChildren());
