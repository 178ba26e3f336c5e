// What the demos share: faces, names, times, and who "I" am.

/** A colour and initials that stay with a name. */
export function face(name) {
  let h = 2166136261; // FNV-1a: names that differ in a letter differ in colour
  for (const c of name) h = Math.imul(h ^ c.codePointAt(0), 16777619) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 2246822507) >>> 0;
  const el = document.createElement('span');
  el.className = 'face';
  el.style.background = `hsl(${h % 360} 45% 42%)`;
  el.textContent = name.split(/\s+/).map(w => w[0]).join('').slice(0, 2).toUpperCase();
  el.setAttribute('aria-hidden', 'true');
  return el;
}

export function person(name) {
  const el = document.createElement('span');
  el.className = 'person';
  el.append(face(name), name);
  return el;
}

export function clock(ms) {
  const d = new Date(ms);
  const sameDay = d.toDateString() === new Date().toDateString();
  return d.toLocaleString([], sameDay ? { hour: '2-digit', minute: '2-digit' } : { dateStyle: 'short', timeStyle: 'short' });
}

/** Calls back with the names of those who type now; forgets each after three seconds. */
export class Typists {
  #until = new Map();
  #show;

  constructor(show) {
    this.#show = show;
    setInterval(() => this.#sweep(), 500);
  }

  on(id, name) {
    this.#until.set(id, { name, at: Date.now() + 3000 });
    this.#tell();
  }

  off(id) {
    if (this.#until.delete(id)) this.#tell();
  }

  #sweep() {
    const before = this.#until.size;
    for (const [id, t] of this.#until) if (t.at < Date.now()) this.#until.delete(id);
    if (this.#until.size !== before) this.#tell();
  }

  #tell() {
    const names = [...this.#until.values()].map(t => t.name);
    this.#show(names.length === 0 ? '' : names.join(' and ') + (names.length === 1 ? ' is typing…' : ' are typing…'));
  }
}

/** At most one call a second. */
export function oncePerSecond(f) {
  let last = 0;
  return () => {
    if (Date.now() - last < 1000) return;
    last = Date.now();
    f();
  };
}

/** Loads the demo's users and tokens, and fills the "I am" box; the choice is in the address, so that a tab keeps it. */
export async function loadDemo(kind, select) {
  const answer = await fetch('/demo/config.json');
  if (!answer.ok) throw new Error('The demos run in development only: ./earshot serve --dev');
  const config = (await answer.json())[kind];
  if (!config) throw new Error(`This server does not speak ${kind}.`);
  const as = Number(new URLSearchParams(location.search).get('as') ?? 0);
  config.users.forEach((u, i) => select.append(new Option(u.name, String(i), false, i === as)));
  if (kind === 'threadkit') select.append(new Option('a reader without an account', '-1', false, as === -1));
  select.addEventListener('change', () => {
    const here = new URL(location.href);
    here.searchParams.set('as', select.value);
    location.assign(here);
  });
  const lobby = new URLSearchParams(location.search).get('room') === 'lobby';
  return { config, me: config.users[as] ?? null, lobby };
}
