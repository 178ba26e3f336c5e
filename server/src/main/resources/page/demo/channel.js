// A channel over the waddle dialect: history from the server's disk, everything since from the socket.
import { WaddleWebSocket } from '/clients/waddle/waddle-client.js';
import { clock, face, loadDemo, oncePerSecond, person, Typists } from './people.js';

const $ = id => document.getElementById(id);
const shown = new Map(); // message id -> {sequence, li}
let online = []; // {userId, username}, one per socket

const { config, me, lobby } = await loadDemo('waddle', $('me')).catch(e => {
  $('trouble').textContent = e.message;
  throw e;
});
const typists = new Typists(text => { $('typing').textContent = text; });
const channel = new WaddleWebSocket(lobby ? config.lobby : config.channel, me.token, { joins: true });

function drawPeople() {
  const names = new Map(online.map(u => [u.userId, u.username]));
  $('here').replaceChildren(...[...names.values()].map(person));
}

/** One message in its place; live ones have camelCase members and milliseconds, and so has our history. */
function show(m, fresh) {
  if (shown.has(m.id)) return;
  const li = document.createElement('li');
  const box = document.createElement('article');
  box.className = 'say' + (fresh ? ' fresh' : '');
  const who = document.createElement('div');
  const name = document.createElement('span');
  name.className = 'who';
  name.textContent = m.username;
  const when = document.createElement('span');
  when.className = 'when';
  when.textContent = clock(m.timestamp);
  who.append(name, when);
  const text = document.createElement('div');
  text.className = 'text';
  text.textContent = m.content;
  box.append(face(m.username), who, text);
  li.append(box);
  const after = [...shown.values()].filter(s => s.sequence < m.sequence).at(-1);
  if (after) after.li.after(li);
  else $('messages').prepend(li);
  shown.set(m.id, { sequence: m.sequence, li });
  $('empty').hidden = true;
}

function keepAtEnd(change) {
  const box = $('history');
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  change();
  if (atEnd) box.scrollTop = box.scrollHeight;
}

channel.on('state', state => {
  $('state').textContent = { open: 'connected', waiting: 'connection lost, coming back…', connecting: 'connecting…', closed: 'closed' }[state];
  $('state').className = 'pill ' + (state === 'open' ? 'good' : state === 'closed' ? 'bad' : '');
});
channel.on('initial_state', s => {
  online = s.onlineUsers;
  drawPeople();
  keepAtEnd(() => s.messages.forEach(m => show(m, false)));
  $('history').scrollTop = $('history').scrollHeight;
});
channel.on('message', ({ message }) => {
  typists.off(message.userId);
  keepAtEnd(() => show(message, true));
});
channel.on('typing', t => t.isTyping ? typists.on(t.userId, t.username) : typists.off(t.userId));
channel.on('user_connected', u => { online.push(u); drawPeople(); });
channel.on('user_disconnected', u => {
  online = online.filter(o => o.userId !== u.userId);
  typists.off(u.userId);
  drawPeople();
});
channel.on('refused', r => { $('trouble').textContent = `Not said: ${r.reason}`; });

let idle = null;
const tellTyping = oncePerSecond(() => channel.typing(true));
$('text').addEventListener('input', () => {
  if ($('text').value) tellTyping();
  clearTimeout(idle);
  idle = setTimeout(() => channel.typing(false), 2500);
});
$('form').addEventListener('submit', e => {
  e.preventDefault();
  const text = $('text').value.trim();
  if (!text) return;
  $('text').value = '';
  $('trouble').textContent = '';
  clearTimeout(idle);
  channel.typing(false);
  channel.say(text);
});
$('cut').addEventListener('click', () => fetch('/demo/cut', { method: 'POST', headers: { authorization: `Bearer ${me.token}` } }));
channel.connect();
