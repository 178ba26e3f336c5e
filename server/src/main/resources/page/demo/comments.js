// A comment thread over the threadkit dialect. Comments are posted to the page's back end (here: /demo/comments, which uses the same door as
// /v1); everybody, the author included, hears of them over the socket.
import { ThreadkitClient } from '/clients/threadkit/threadkit-client.js';
import { clock, face, loadDemo, oncePerSecond, person, Typists } from './people.js';

const $ = id => document.getElementById(id);
const comments = new Map(); // id -> {i, a, n, t, u, d, x, m, e, q}
const here = new Map(); // user id -> user
let replyTo = null;
let editing = null;

const { config, me, lobby } = await loadDemo('threadkit', $('me')).catch(e => {
  $('trouble').textContent = e.message;
  throw e;
});
const page = lobby ? config.lobby : config.pageId;
const asked = lobby ? '?room=lobby' : '';
const typists = new Typists(text => { $('typing').textContent = text; });
const client = new ThreadkitClient({ url: location.origin, projectId: config.projectId, token: me?.token });

function drawPeople() {
  $('here').replaceChildren(...[...here.values()].map(u => person(u.name)), ...(here.size ? [] : ['nobody signed in is here']));
}

async function backEnd(method, path, body) {
  const answer = await fetch('/demo/comments' + path + asked, {
    method,
    headers: { authorization: `Bearer ${me?.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  $('trouble').textContent = answer.ok ? '' : `That did not work (${answer.status}). Try again.`;
  return answer;
}

function action(label, run) {
  const b = document.createElement('button');
  b.type = 'button';
  b.className = 'link';
  b.textContent = label;
  b.addEventListener('click', run);
  return b;
}

function drawComment(c, fresh) {
  const li = document.createElement('li');
  li.id = 'c-' + c.i;
  const box = document.createElement('article');
  box.className = 'say' + (fresh === c.i ? ' fresh' : '');
  const who = document.createElement('div');
  const name = document.createElement('span');
  name.className = 'who';
  name.textContent = c.n;
  const when = document.createElement('span');
  when.className = 'when';
  when.textContent = clock(c.x * 1000) + (c.m !== c.x ? ' · edited' : '') + (c.pinned ? ' · pinned' : '');
  who.append(name, when);
  const text = document.createElement('div');
  text.className = 'text';
  text.textContent = c.t;
  const tools = document.createElement('div');
  if (me) {
    tools.append(
      action(`▲ ${c.u}`, () => backEnd('POST', `/${c.i}/vote`, { direction: 1 })),
      action(`▼ ${c.d}`, () => backEnd('POST', `/${c.i}/vote`, { direction: -1 })),
      action('Reply', () => answer(c)));
    if (c.a === me.id) tools.append(action('Edit', () => edit(c)), action('Delete', () => backEnd('DELETE', `/${c.i}`)));
  }
  box.append(face(c.n), who, text, tools);
  li.append(box);
  const replies = [...comments.values()].filter(r => r.q === c.i);
  if (replies.length) {
    const ul = document.createElement('ul');
    ul.className = 'replies';
    ul.append(...replies.map(r => drawComment(r, fresh)));
    li.append(ul);
  }
  return li;
}

function draw(fresh) {
  const roots = [...comments.values()].filter(c => !c.q || !comments.has(c.q));
  $('thread').replaceChildren(...roots.map(c => drawComment(c, fresh)));
  $('empty').hidden = roots.length > 0;
}

function answer(c) {
  replyTo = c.i;
  editing = null;
  $('replying').hidden = false;
  $('replying').firstElementChild.textContent = `Replying to ${c.n}`;
  $('text').focus();
}

function edit(c) {
  editing = c.i;
  replyTo = null;
  $('replying').hidden = false;
  $('replying').firstElementChild.textContent = 'Editing your comment';
  $('text').value = c.t;
  $('text').focus();
}

function plain() {
  replyTo = null;
  editing = null;
  $('replying').hidden = true;
}

/** The protocol has no history: it comes from the page's back end, after the subscription, so that nothing falls between the two. */
async function load() {
  const answer = await fetch('/demo/comments' + asked);
  if (!answer.ok) return;
  const list = await answer.json();
  comments.clear();
  for (const c of list) comments.set(c.i, c);
  draw();
}

client.on('state', state => {
  $('state').textContent = { open: 'connected', waiting: 'connection lost, coming back…', connecting: 'connecting…', refused: 'refused' }[state];
  $('state').className = 'pill ' + (state === 'open' ? 'good' : state === 'refused' ? 'bad' : '');
});
client.on('presence', p => {
  here.clear();
  for (const u of p.users) here.set(u.id, u);
  drawPeople();
  load();
});
client.on('user_joined', p => { here.set(p.user.id, p.user); drawPeople(); });
client.on('user_left', p => { here.delete(p.user_id); typists.off(p.user_id); drawPeople(); });
client.on('typing', p => typists.on(p.user.id, p.user.name));
client.on('new_comment', p => { comments.set(p.comment.i, p.comment); typists.off(p.comment.a); draw(p.comment.i); });
client.on('edit_comment', p => {
  const c = comments.get(p.comment_id);
  if (c) { c.t = p.content; c.m = Math.max(c.x + 1, Math.floor(Date.now() / 1000)); draw(c.i); }
});
client.on('delete_comment', p => { comments.delete(p.comment_id); draw(); });
client.on('vote_update', p => {
  const c = comments.get(p.comment_id);
  if (c) { c.u = p.upvotes; c.d = p.downvotes; draw(); }
});
client.on('pin_update', p => {
  const c = comments.get(p.comment_id);
  if (c) { c.pinned = p.pinned; draw(); }
});
client.on('error', p => { $('trouble').textContent = p.message; });

const tellTyping = oncePerSecond(() => client.typing(page, replyTo ?? undefined));
$('text').addEventListener('input', () => { if ($('text').value) tellTyping(); });
$('text').addEventListener('keydown', e => {
  if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); $('form').requestSubmit(); }
});
$('no-reply').addEventListener('click', plain);
$('form').addEventListener('submit', async e => {
  e.preventDefault();
  const text = $('text').value.trim();
  if (!text) return;
  const done = editing ? await backEnd('PUT', `/${editing}`, { text }) : await backEnd('POST', '', { text, parent: replyTo });
  if (done.ok) {
    $('text').value = '';
    plain();
  }
});
if (!me) {
  $('text').disabled = true;
  $('post').disabled = true;
  $('text').placeholder = 'Readers without an account listen only';
}
drawPeople();
client.subscribe(page);
client.connect();
