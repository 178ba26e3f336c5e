// A room over the graphwiz dialect: avatars and things in a canvas, and chat. The client module keeps the world; this page draws it and says what one does.
import { GraphwizClient } from '/clients/graphwiz/graphwiz-client.js';
import { DEPTH, Floor, isAvatar, turned, WIDTH } from './floor.js';
import { clock, face, loadDemo, person } from './people.js';

const SPEED = 4; // metres a second
const KEYS = { ArrowUp: [0, -1], w: [0, -1], ArrowDown: [0, 1], s: [0, 1], ArrowLeft: [-1, 0], a: [-1, 0], ArrowRight: [1, 0], d: [1, 0] };
const $ = id => document.getElementById(id);

const { config, me, lobby } = await loadDemo('graphwiz', $('me')).catch(e => {
  $('trouble').textContent = e.message;
  throw e;
});
const framing = new URLSearchParams(location.search).get('framing') === 'hub' ? 'hub' : 'protobuf';
$('framing').value = framing;
$('framing').addEventListener('change', () => {
  const here = new URL(location.href);
  here.searchParams.set('framing', $('framing').value);
  location.assign(here);
});

const room = new GraphwizClient(lobby ? config.lobby : config.room, { token: me.token, displayName: me.name, framing });
const floor = new Floor($('floor'));
const mine = `avatar-${room.clientId}`;
const keys = new Set();
let here = { x: 2 + Math.random() * (WIDTH - 4), y: 0, z: 2 + Math.random() * (DEPTH - 4) };
let angle = 0;
let goal = null; // where a click sent us
let dragged = null;
let heard = 0;

const clamp = (v, most) => Math.max(0.6, Math.min(most - 0.6, v));
const nameOf = clientId => (clientId === room.clientId ? me.name : room.world.players.get(clientId)?.displayName ?? clientId);
const things = () => [...room.world.entities.values()].map(e => (isAvatar(e) ? { ...e, clientId: e.components?.clientId ?? e.ownerId, name: String(e.components?.name ?? e.ownerId ?? e.id) } : e));

// ---- what is heard

room.on('state', state => {
  $('state').textContent = { open: 'connected', waiting: 'connection lost, coming back…', connecting: 'connecting…', closed: 'closed' }[state];
  $('state').className = 'pill ' + (state === 'open' ? 'good' : state === 'closed' ? 'bad' : '');
});
for (const change of ['welcome', 'join', 'leave', 'presence']) room.on(change, drawPeople);
for (const change of ['welcome', 'spawn', 'despawn']) room.on(change, () => { $('clear').disabled = own().length === 0; });
room.on('chat', m => show(m.fromClientId, m.message, m.timestamp || Date.now()));
room.on('emoji', ({ emoji, position }) => position && floor.react(emoji, position));
room.on('error', e => { $('trouble').textContent = e.message; });
room.on('undelivered', () => { $('trouble').textContent = 'Something could not be said.'; });
room.on('message', () => heard++);

function drawPeople() {
  $('here').replaceChildren(...[me.name, ...[...room.world.players.values()].map(p => p.displayName ?? p.clientId)].map(person));
}

function show(clientId, text, at) {
  const li = document.createElement('li');
  const box = document.createElement('article');
  box.className = 'say fresh';
  const who = document.createElement('div');
  const label = document.createElement('span');
  label.className = 'who';
  label.textContent = nameOf(clientId);
  const when = document.createElement('span');
  when.className = 'when';
  when.textContent = clock(at);
  who.append(label, when);
  const words = document.createElement('div');
  words.className = 'text';
  words.textContent = text;
  box.append(face(nameOf(clientId)), who, words);
  li.append(box);
  $('messages').append(li);
  while ($('messages').children.length > 200) $('messages').firstChild.remove();
  $('empty').hidden = true;
  $('history').scrollTop = $('history').scrollHeight;
  floor.say(clientId, text);
}

// ---- what one does

const typing = event => ['INPUT', 'SELECT', 'TEXTAREA'].includes(event.target.tagName);
const keyOf = event => (event.key.length === 1 ? event.key.toLowerCase() : event.key);
addEventListener('keydown', e => {
  if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || !KEYS[keyOf(e)]) return;
  keys.add(keyOf(e));
  goal = null;
  e.preventDefault();
});
addEventListener('keyup', e => keys.delete(keyOf(e)));
addEventListener('blur', () => keys.clear());

$('floor').addEventListener('pointerdown', e => {
  const at = floor.at(e);
  dragged = floor.thingAt(at, things());
  if (!dragged) return void (goal = { x: clamp(at.x, WIDTH), z: clamp(at.z, DEPTH) });
  $('floor').setPointerCapture(e.pointerId);
  room.grab(dragged, { x: at.x, y: 0, z: at.z });
});
$('floor').addEventListener('pointermove', e => {
  if (!dragged) return;
  const { x, z } = floor.at(e);
  room.move(dragged, { x, y: 0, z });
});
for (const end of ['pointerup', 'pointercancel'])
  $('floor').addEventListener(end, e => {
    if (dragged) room.release(dragged, { ...floor.at(e), y: 0 });
    dragged = null;
  });

const own = () => [...room.world.entities.values()].filter(e => !isAvatar(e) && e.components?.by === room.clientId);
function put(template) {
  const id = `${template}-${crypto.randomUUID?.() ?? Math.random()}`;
  room.spawn(id, template, { by: room.clientId, color: `hsl(${Math.floor(Math.random() * 360)} 55% 55%)` });
  room.move(id, { x: clamp(here.x + Math.sin(angle) * 1.4, WIDTH), y: 0, z: clamp(here.z + Math.cos(angle) * 1.4, DEPTH) });
  $('clear').disabled = false;
}
$('crate').addEventListener('click', () => put('crate'));
$('ball').addEventListener('click', () => put('ball'));
$('clear').addEventListener('click', () => {
  for (const { id } of own()) room.despawn(id);
  $('clear').disabled = true;
});
for (const button of document.querySelectorAll('.emoji button'))
  button.addEventListener('click', () => {
    room.emoji(button.textContent, here);
    floor.react(button.textContent, here);
  });
$('form').addEventListener('submit', e => {
  e.preventDefault();
  const text = $('text').value.trim();
  if (!text) return;
  $('text').value = '';
  $('trouble').textContent = '';
  room.chat(text);
  show(room.clientId, text, Date.now());
});

// ---- time

let before = performance.now();

function step(now) {
  const seconds = Math.min(0.1, (now - before) / 1000);
  before = now;
  const [x, z] = direction();
  const far = Math.hypot(x, z);
  if (far > 0) {
    const length = Math.min(SPEED * seconds, goal ? far : Infinity);
    here = { x: clamp(here.x + (x / far) * length, WIDTH), y: 0, z: clamp(here.z + (z / far) * length, DEPTH) };
    angle = Math.atan2(x, z);
    room.move(mine, here, turned(angle));
  }
  floor.draw(things(), mine);
  requestAnimationFrame(step);
}

function direction() {
  if (!goal) return [...keys].map(k => KEYS[k]).reduce((sum, d) => [sum[0] + d[0], sum[1] + d[1]], [0, 0]);
  const way = [goal.x - here.x, goal.z - here.z];
  if (Math.hypot(...way) > 0.05) return way;
  goal = null;
  return [0, 0];
}

/** For those who cannot see the canvas, and for tests. */
setInterval(() => {
  const places = things().filter(t => t.position).map(t => `${isAvatar(t) ? t.name : t.templateId} at ${t.position.x.toFixed(1)}, ${t.position.z.toFixed(1)}`);
  const text = places.join('; ');
  if ($('where').textContent !== text) $('where').textContent = text;
}, 250);
setInterval(() => {
  $('figures').textContent = `${room.world.entities.size} entities; ${heard} messages heard in the last second`;
  heard = 0;
}, 1000);

drawPeople();
room.spawn(mine, 'avatar', { name: me.name, clientId: room.clientId, color: face(me.name).style.backgroundColor });
room.move(mine, here, turned(angle));
room.connect();
requestAnimationFrame(step);
