// Draws the room from above. What is heard jumps from pose to pose; what is drawn glides after it.
export const WIDTH = 20, DEPTH = 12; // metres; x to the right, z towards the viewer, y up and not drawn

const GLIDE = 14; // per second: a step is made up to nine tenths in a sixth of a second
const BUBBLE_MILLIS = 5000, EMOJI_MILLIS = 1800;
const REACH = 0.9;

export class Floor {
  #canvas;
  #pen;
  #drawn = new Map(); // entity id -> { x, z }
  #bubbles = new Map(); // client id -> { text, until }
  #emojis = []; // { emoji, x, z, from }
  #before = performance.now();
  #colours = {};

  constructor(canvas) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext('2d');
    const read = () => {
      const style = getComputedStyle(document.documentElement);
      for (const name of ['paper', 'card', 'ink', 'soft', 'line', 'sea', 'gold', 'coral']) this.#colours[name] = style.getPropertyValue('--' + name).trim();
    };
    read();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', read);
    new ResizeObserver(() => this.#fit()).observe(canvas);
    this.#fit();
  }

  /** A pointer's place in the room. */
  at(event) {
    const box = this.#canvas.getBoundingClientRect();
    return { x: clamp(((event.clientX - box.left) / box.width) * WIDTH, WIDTH), z: clamp(((event.clientY - box.top) / box.height) * DEPTH, DEPTH) };
  }

  /** The id of the thing there, if any. */
  thingAt({ x, z }, things) {
    return things.filter(t => t.position && !isAvatar(t)).findLast(t => Math.hypot(t.position.x - x, t.position.z - z) < REACH)?.id ?? null;
  }

  say(clientId, text) {
    this.#bubbles.set(clientId, { text: text.length > 60 ? text.slice(0, 59) + '…' : text, until: performance.now() + BUBBLE_MILLIS });
  }

  react(emoji, { x, z }) {
    if (this.#emojis.length < 50) this.#emojis.push({ emoji, x, z, from: performance.now() });
  }

  /** @param {{id, position, templateId, components}[]} things of which avatars have `clientId` and `name` */
  draw(things, mine) {
    const now = performance.now();
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const share = isStill ? 1 : 1 - Math.exp((-GLIDE * Math.min(100, now - this.#before)) / 1000);
    this.#before = now;
    this.#ground();
    const seen = new Set();
    for (const t of [...things].sort((a, b) => isAvatar(a) - isAvatar(b) || (a.position?.z ?? 0) - (b.position?.z ?? 0))) {
      if (!t.position) continue;
      seen.add(t.id);
      const at = this.#drawn.get(t.id) ?? { ...t.position };
      at.x += (t.position.x - at.x) * share;
      at.z += (t.position.z - at.z) * share;
      this.#drawn.set(t.id, at);
      if (isAvatar(t)) this.#avatar(t, at, t.id === mine);
      else this.#thing(t, at);
    }
    for (const id of this.#drawn.keys()) if (!seen.has(id)) this.#drawn.delete(id);
    for (const t of things) if (seen.has(t.id) && isAvatar(t)) this.#speech(t.clientId, this.#drawn.get(t.id), now);
    this.#floating(now);
  }

  #fit() {
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round((this.#canvas.clientWidth * ratio * DEPTH) / WIDTH);
  }

  get #metre() {
    return this.#canvas.width / WIDTH;
  }

  /** A part of a metre, but never too small to see. */
  #size(metres, pixels) {
    return Math.max(metres * this.#metre, pixels * (devicePixelRatio || 1));
  }

  #ground() {
    const { width, height } = this.#canvas;
    this.#pen.fillStyle = this.#colours.paper;
    this.#pen.fillRect(0, 0, width, height);
    this.#pen.strokeStyle = this.#colours.line;
    this.#pen.lineWidth = 1;
    this.#pen.beginPath();
    for (let x = 1; x < WIDTH; x++) line(this.#pen, x * this.#metre, 0, x * this.#metre, height);
    for (let z = 1; z < DEPTH; z++) line(this.#pen, 0, z * this.#metre, width, z * this.#metre);
    this.#pen.stroke();
  }

  #thing({ templateId, components }, { x, z }) {
    const pen = this.#pen;
    const r = this.#size(0.5, 9);
    pen.fillStyle = colour(components?.color) ?? this.#colours.gold;
    pen.strokeStyle = this.#colours.ink;
    pen.globalAlpha = 0.95;
    pen.beginPath();
    if (templateId === 'ball') pen.arc(x * this.#metre, z * this.#metre, r * 0.85, 0, 7);
    else pen.roundRect(x * this.#metre - r, z * this.#metre - r, 2 * r, 2 * r, r / 4);
    pen.fill();
    pen.globalAlpha = 0.25;
    pen.lineWidth = r / 8;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  #avatar({ name, rotation, components }, { x, z }, isMe) {
    const pen = this.#pen;
    const r = this.#size(0.55, 12);
    const cx = x * this.#metre, cz = z * this.#metre;
    const angle = yaw(rotation);
    pen.fillStyle = colour(components?.color) ?? this.#colours.sea;
    pen.beginPath(); // a nose shows where it looks
    pen.moveTo(cx + Math.sin(angle) * r * 1.45, cz + Math.cos(angle) * r * 1.45);
    pen.arc(cx, cz, r, Math.PI / 2 - angle + 0.6, Math.PI / 2 - angle - 0.6);
    pen.fill();
    if (isMe) {
      pen.strokeStyle = this.#colours.ink;
      pen.lineWidth = r / 7;
      pen.beginPath();
      pen.arc(cx, cz, r * 0.93, 0, 7);
      pen.stroke();
    }
    pen.fillStyle = '#fff';
    this.#text(initials(name), cx, cz, r * 0.85, 'bold');
    pen.fillStyle = this.#colours.ink;
    this.#text(name, cx, cz + r * 1.9, r * 0.8);
  }

  #speech(clientId, { x, z }, now) {
    const bubble = this.#bubbles.get(clientId);
    if (!bubble) return;
    const r = this.#size(0.55, 12);
    if (bubble.until < now) this.#bubbles.delete(clientId);
    else this.#bubble(bubble.text, x * this.#metre, z * this.#metre - r * 2, r);
  }

  #bubble(text, cx, bottom, r) {
    const pen = this.#pen;
    pen.font = `${r * 0.85}px system-ui, sans-serif`;
    const width = pen.measureText(text).width + r * 1.2;
    const left = Math.max(2, Math.min(this.#canvas.width - width - 2, cx - width / 2));
    const top = Math.max(2, bottom - r);
    pen.fillStyle = this.#colours.card;
    pen.strokeStyle = this.#colours.line;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(left, top, width, r * 1.6, r * 0.6);
    pen.fill();
    pen.stroke();
    pen.fillStyle = this.#colours.ink;
    this.#text(text, left + width / 2, top + r * 0.8, r * 0.85);
  }

  #floating(now) {
    this.#emojis = this.#emojis.filter(e => now - e.from < EMOJI_MILLIS);
    for (const { emoji, x, z, from } of this.#emojis) {
      const part = (now - from) / EMOJI_MILLIS;
      this.#pen.globalAlpha = 1 - part ** 2;
      this.#text(emoji, x * this.#metre, (z - 1.2 - part * 1.5) * this.#metre, this.#size(0.9, 20));
      this.#pen.globalAlpha = 1;
    }
  }

  #text(text, x, y, size, weight = '') {
    this.#pen.font = `${weight} ${size}px system-ui, sans-serif`;
    this.#pen.textAlign = 'center';
    this.#pen.textBaseline = 'middle';
    this.#pen.fillText(text, x, y);
  }
}

export const isAvatar = thing => ['avatar', 'player'].includes(thing.templateId);

/** A turn around the vertical axis, and back; zero looks towards the viewer. */
export const turned = angle => ({ x: 0, y: Math.sin(angle / 2), z: 0, w: Math.cos(angle / 2) });
const yaw = rotation => (rotation ? 2 * Math.atan2(rotation.y, rotation.w) : 0);

const clamp = (v, most) => Math.max(0, Math.min(most, v));
const line = (pen, x1, y1, x2, y2) => (pen.moveTo(x1, y1), pen.lineTo(x2, y2));
const initials = name => name.split(/\s+/).map(w => [...w][0]).join('').slice(0, 2).toUpperCase();
/** Strangers say what colour their things are: only what is surely one. */
const colour = said => (typeof said === 'string' && /^(#[0-9a-f]{3,8}|[a-z]{3,20}|(hsl|rgb)\([\d\s%.,]+\))$/i.test(said) ? said : null);
