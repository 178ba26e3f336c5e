/**
 * A client of the threadkit dialect: JSON-RPC 2.0 notifications over one WebSocket. No dependencies; browsers, and Node with a `WebSocket`
 * option.
 *
 *   const client = new ThreadkitClient({ url: 'http://127.0.0.1:9001', projectId: 'tk_pub_…', token });
 *   client.on('new_comment', ({ comment }) => …);
 *   client.subscribe(pageId);
 *   client.connect();
 *
 * It subscribes again after every reconnect, comes back after 1, 2, 4 … 30 seconds with full jitter, and gives up only when it was refused
 * three times without ever having been open (a wrong project id). A `presence` event after a reconnect is a fresh snapshot.
 * Events: every server method by its name (params as argument), and `state`: connecting, open, waiting, refused, closed.
 */
export class ThreadkitClient {
  #options;
  #pages = new Set();
  #listeners = new Map();
  #socket = null;
  #attempts = 0;
  #everOpen = false;
  #wanted = false;
  #timer = null;
  #pinger = null;

  constructor({ url, projectId, token, WebSocket = globalThis.WebSocket, pingSeconds = 120 }) {
    if (!projectId) throw new TypeError('projectId: missing (expected: a tk_pub_… key)');
    this.#options = { url, projectId, token, WebSocket, pingSeconds };
  }

  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return () => this.#listeners.get(name).delete(listener);
  }

  connect() {
    this.#wanted = true;
    this.#open();
  }

  /** Final: it does not come back until {@link connect}. */
  disconnect() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  /** At most ten pages at once; the server answers with `presence`, or with an `error`. */
  subscribe(pageId) {
    this.#pages.add(pageId);
    this.#send('subscribe', { page_id: pageId });
  }

  unsubscribe(pageId) {
    this.#pages.delete(pageId);
    this.#send('unsubscribe', { page_id: pageId });
  }

  /** Say it about once a second while somebody types; there is no stop, receivers forget it after three seconds. */
  typing(pageId, replyTo) {
    this.#send('typing', replyTo ? { page_id: pageId, reply_to: replyTo } : { page_id: pageId });
  }

  ping() {
    this.#send('ping', {});
  }

  #open() {
    if (this.#socket) return;
    const { url, projectId, token, WebSocket, pingSeconds } = this.#options;
    const query = new URLSearchParams({ project_id: projectId, ...(token ? { token } : {}) });
    this.#emit('state', 'connecting');
    const socket = new WebSocket(url.replace(/^http/, 'ws').replace(/\/$/, '') + '/ws?' + query);
    this.#socket = socket;
    socket.onopen = () => {
      this.#everOpen = true;
      this.#attempts = 0;
      for (const page of this.#pages) this.#send('subscribe', { page_id: page });
      // An idle reader is cut after five minutes; a ping keeps it.
      this.#pinger = setInterval(() => this.ping(), pingSeconds * 1000);
      this.#emit('state', 'open');
    };
    socket.onmessage = e => this.#hear(e.data);
    socket.onerror = () => {};
    socket.onclose = () => {
      clearInterval(this.#pinger);
      this.#socket = null;
      this.#later();
    };
  }

  #later() {
    if (!this.#wanted) return this.#emit('state', 'closed');
    this.#attempts++;
    if (!this.#everOpen && this.#attempts >= 3) return this.#emit('state', 'refused');
    const most = Math.min(1000 * 2 ** this.#attempts, 30000);
    this.#timer = setTimeout(() => this.#open(), 200 + Math.random() * most);
    this.#emit('state', 'waiting');
  }

  #hear(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame?.jsonrpc === '2.0' && typeof frame.method === 'string') this.#emit(frame.method, frame.params ?? {});
  }

  #send(method, params) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  #emit(name, value) {
    for (const listener of this.#listeners.get(name) ?? []) listener(value);
  }
}
