// A room over the summit dialect: presence, messages that are kept or not, and what was missed during a cut.
import { clock, face, loadDemo, person } from './people.js';
import { SocketIo } from './socketio.js';

const $ = id => document.getElementById(id);
const shown = new Set();

const { config, me, lobby } = await loadDemo('summit', $('me')).catch(e => {
  $('trouble').textContent = e.message;
  throw e;
});
const room = lobby ? config.lobby : config.room;
const names = new Map(config.users.map(u => [u.id, u.name]));
const socket = new SocketIo(config.path, { token: me.token });

function show(m) {
  if (shown.has(m.id)) return;
  shown.add(m.id);
  const li = document.createElement('li');
  const box = document.createElement('article');
  box.className = 'say' + (m.replayed ? '' : ' fresh');
  const name = m.payload?.username ?? names.get(m.from) ?? m.from;
  const who = document.createElement('div');
  const label = document.createElement('span');
  label.className = 'who';
  label.textContent = name;
  const when = document.createElement('span');
  when.className = 'when';
  when.textContent = clock(m.timestamp);
  who.append(label, when);
  const text = document.createElement('div');
  text.className = 'text';
  text.textContent = typeof m.payload === 'string' ? m.payload : m.payload?.text ?? JSON.stringify(m.payload ?? null);
  box.append(face(name), who, text);
  li.append(box);
  $('messages').append(li);
  $('empty').hidden = true;
  const history = $('history');
  history.scrollTop = history.scrollHeight;
}

socket.on('state', state => {
  $('state').textContent = { open: 'connected', waiting: 'connection lost, coming back…', closed: 'closed' }[state];
  $('state').className = 'pill ' + (state === 'open' ? 'good' : state === 'closed' ? 'bad' : '');
});
socket.on('connect', async recovered => {
  $('news').textContent = recovered ? 'Back in the room, with everything that was said meanwhile.' : '';
  if (recovered) return;
  const joined = await socket.ask('room:join', { room });
  if (!joined.success) $('trouble').textContent = `Not let in: ${joined.error}`;
});
socket.on('connect_error', e => { $('trouble').textContent = e.message; });
socket.on('room:message', show);
socket.on('presence:update', ({ presence }) => {
  $('here').replaceChildren(...presence.map(p => person(p.status === 'online' ? p.username : `${p.username} (${p.status})`)));
});
socket.on('presence:join', async () => {
  const { presence } = await socket.ask('query:presence', { room });
  $('here').replaceChildren(...presence.map(p => person(p.status === 'online' ? p.username : `${p.username} (${p.status})`)));
});
socket.on('system:error', e => { $('trouble').textContent = e.message; });
socket.on('system:restart', ({ reconnectIn }) => { $('news').textContent = `The server restarts; back in ${Math.ceil(reconnectIn / 1000)} s.`; });

$('status').addEventListener('change', () => socket.ask('presence:status', { status: $('status').value }));
$('form').addEventListener('submit', async e => {
  e.preventDefault();
  const text = $('text').value.trim();
  if (!text) return;
  $('text').value = '';
  $('trouble').textContent = '';
  const sent = await socket.ask('room:send', { room, payload: { type: 'comment', text }, persistent: $('persistent').checked });
  if (!sent.success) $('trouble').textContent = `Not said: ${sent.error}`;
});
$('cut').addEventListener('click', () => fetch('/demo/cut', { method: 'POST', headers: { authorization: `Bearer ${me.token}` } }));
socket.connect();
