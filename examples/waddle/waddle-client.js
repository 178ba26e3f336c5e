/** Refusals that a second try may mend. */
const PASSING = /may not have been stored|Too busy|Too many|Internal server error/;

/**
 * A client of the waddle dialect: a channel with durable history over one WebSocket. No dependencies; browsers, and Node with `ws` or undici.
 *
 *   const channel = new WaddleWebSocket('general', token, { url: 'ws://127.0.0.1:9001' });
 *   channel.on('initial_state', ({ messages, onlineUsers }) => …);
 *   channel.on('message', ({ message }) => …);
 *   channel.connect();
 *   channel.say('hello');
 *
 * The class, its first two arguments, `connect`, `send` and the event names are those of the original. What is better:
 *
 * - It comes back with full jitter, so that a thousand clients do not come back at once.
 * - What you say while it is away waits, up to `maxWaiting`, and is sent again after a connection broke before the answer: every message has an
 *   id of its own by which the server knows it (for five minutes), so it is said once.
 * - After a return it asks for what was missed. Its cursor stays where it was until the replay is complete, so being cut off in the middle of one
 *   loses nothing. Every message is emitted once; put them in order by `message.sequence`.
 *
 * Events: every frame of the server by its `type` with the frame as argument, and `state` with `connecting`, `open`, `waiting` or `closed`;
 * `refused` with `{ id, reason }` for something said that will not be sent again; `gap` when the server no longer knows what was missed.
 */
export class WaddleWebSocket {
  #channelId;
  #token;
  #options;
  #listeners = new Map();
  #waiting = new Map(); // client id -> frame, in the order of saying
  #seen = new Set();
  #socket = null;
  #attempts = 0;
  #timer = null;
  #wanted = false;
  #cursor = null;
  #newest = null; // where the cursor goes when the replay is complete
  #replaying = false;

  /**
   * @param {string} channelId
   * @param {string | (() => string | Promise<string>)} token a function is asked before every connect
   * @param {object} options
   *   url         where the server is; the page's own origin by default
   *   WebSocket   a constructor; `globalThis.WebSocket` by default (Node 20 has none: pass that of `ws` or undici)
   *   auth        'subprotocol' (default in browsers), 'header' (default elsewhere) or 'query'
   *   joins       true: also hear `user_connected` when somebody comes, which the original does not have
   *   maxWaiting  messages that may wait for an answer, 1000
   *   random, setTimeout, clearTimeout  for tests
   */
  constructor(channelId, token, options = {}) {
    if (!channelId) throw new TypeError('channelId: missing (expected: the id of a channel)');
    this.#channelId = channelId;
    this.#token = token;
    this.#options = {
      url: globalThis.location?.origin?.replace(/^http/, 'ws'),
      WebSocket: globalThis.WebSocket,
      auth: globalThis.document ? 'subprotocol' : 'header',
      maxWaiting: 1000,
      maxSeen: 5000,
      random: Math.random,
      setTimeout: (f, ms) => setTimeout(f, ms),
      clearTimeout: t => clearTimeout(t),
      ...options,
    };
    if (!this.#options.url) throw new TypeError('url: missing (expected: ws://host:port)');
    if (!this.#options.WebSocket) throw new TypeError('WebSocket: missing (expected: a constructor; Node 20 has none, pass that of ws)');
  }

  /** Returns a function that takes the listener away. */
  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return () => this.#listeners.get(name).delete(listener);
  }

  connect() {
    this.#wanted = true;
    if (!this.#socket) this.#open();
  }

  /** Final: it does not come back until {@link connect}. What waits stays waiting. */
  disconnect() {
    this.#wanted = false;
    this.#options.clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#emit('state', 'closed');
  }

  /** Says something; returns its id, or null when too much is waiting already. `ack` or `refused` tells what became of it. */
  say(content, { threadId, id = uuid() } = {}) {
    if (this.#waiting.size >= this.#options.maxWaiting) {
      this.#emit('refused', { id, reason: 'Too much is waiting' });
      return null;
    }
    const frame = { type: 'message', message: { id, content, ...(threadId === undefined ? {} : { threadId }) } };
    this.#waiting.set(id, frame);
    this.#write(frame);
    return id;
  }

  typing(isTyping) {
    this.#write({ type: 'typing', isTyping });
  }

  status(status) {
    this.#write({ type: 'presence', status });
  }

  /** As the original's: a message waits when there is no connection; typing and status would be old by then and do not. */
  send(data) {
    if (data.type !== 'message') return this.#write(data);
    const { content, threadId, id } = data.message ?? data;
    return this.say(content, { threadId, ...(id ? { id } : {}) });
  }

  /** How many messages are not answered yet. */
  get waiting() {
    return this.#waiting.size;
  }

  // ---- the socket

  async #open() {
    this.#emit('state', 'connecting');
    let token;
    try {
      token = typeof this.#token === 'function' ? await this.#token() : this.#token;
    } catch {
      return this.#later();
    }
    if (!this.#wanted || this.#socket) return;
    const socket = this.#dial(token);
    this.#socket = socket;
    // A socket that was given up may still call: what it says is not for us.
    const mine = f => event => { if (this.#socket === socket) f(event); };
    socket.onopen = mine(() => this.#onOpen());
    socket.onmessage = mine(event => this.#onFrame(event.data));
    socket.onclose = mine(event => this.#onClose(event));
    socket.onerror = () => {}; // a close always follows
  }

  #dial(token) {
    const { url, WebSocket, auth, joins } = this.#options;
    const query = new URLSearchParams({ ...(joins ? { joins: 1 } : {}), ...(auth === 'query' ? { token } : {}) }).toString();
    const address = `${url.replace(/\/$/, '')}/channel/${encodeURIComponent(this.#channelId)}/websocket${query && '?' + query}`;
    if (auth === 'query') return new WebSocket(address);
    if (auth === 'subprotocol') return new WebSocket(address, [token]);
    return new WebSocket(address, { headers: { Authorization: `Bearer ${token}` } });
  }

  #onOpen() {
    this.#emit('state', 'open');
    for (const frame of this.#waiting.values()) this.#write(frame);
    if (this.#cursor) this.#sync();
  }

  #onClose({ code }) {
    this.#socket = null;
    this.#replaying = false;
    this.#newest = null;
    // These mean: stay away (kicked, token, our own mistake). Everything else is weather.
    if ([1000, 1002, 1003, 1007, 1008, 1009, 4401].includes(code)) this.#wanted = false;
    if (this.#wanted) this.#later();
    else this.#emit('state', 'closed');
  }

  /** Full jitter: anywhere up to 1, 2, 4 … 30 seconds, but not at once. */
  #later() {
    const most = Math.min(1000 * 2 ** this.#attempts++, 30_000);
    const delay = 100 + this.#options.random() * (most - 100);
    this.#emit('state', 'waiting');
    this.#timer = this.#options.setTimeout(() => this.#wanted && this.#open(), delay);
  }

  #write(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  // ---- what it hears

  #onFrame(text) {
    const frame = JSON.parse(text);
    switch (frame.type) {
      case 'initial_state': return this.#onInitialState(frame);
      case 'message': return this.#onMessage(frame);
      case 'sync_complete': return this.#onSyncComplete(frame);
      case 'ack':
        this.#waiting.delete(frame.messageId);
        break;
      case 'error':
        this.#onRefused(frame);
        break;
    }
    this.#emit(frame.type, frame);
  }

  /** It works: only now does the next wait begin at a second again. A server that refuses right after the upgrade is not hammered. */
  #onInitialState(frame) {
    this.#attempts = 0;
    for (const message of frame.messages) this.#isNew(message.id);
    if (!this.#cursor) this.#cursor = frame.messages.at(-1)?.id ?? null;
    else this.#newest ??= frame.messages.at(-1)?.id ?? null;
    this.#emit('initial_state', frame);
  }

  #onMessage(frame) {
    const { id } = frame.message;
    if (this.#replaying) this.#newest = id;
    else this.#cursor = id;
    if (this.#isNew(id)) this.#emit('message', frame);
  }

  #sync() {
    this.#replaying = true;
    this.#write({ type: 'sync', afterMessageId: this.#cursor });
  }

  #onSyncComplete(frame) {
    if (!frame.complete && frame.lastMessageId) {
      this.#cursor = frame.lastMessageId;
      this.#sync();
    } else {
      this.#replaying = false;
      this.#cursor = this.#newest ?? this.#cursor;
      this.#newest = null;
      if (!frame.complete) this.#emit('gap', frame);
    }
    this.#emit('sync_complete', frame);
  }

  #onRefused({ messageId, message }) {
    if (!this.#waiting.has(messageId)) return;
    if (PASSING.test(message)) {
      this.#options.setTimeout(() => this.#waiting.has(messageId) && this.#write(this.#waiting.get(messageId)), 1000 + 1000 * this.#options.random());
      return;
    }
    this.#waiting.delete(messageId);
    this.#emit('refused', { id: messageId, reason: message });
  }

  /** False for what was emitted before; remembers the last few thousand. */
  #isNew(id) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > this.#options.maxSeen) this.#seen.delete(this.#seen.values().next().value);
    return true;
  }

  #emit(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) listener(detail);
  }
}

/** `crypto.randomUUID` exists only on https and localhost pages. */
function uuid() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const b = globalThis.crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map(x => x.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
