import * as hub from './graphwiz-hub.js';
import * as protobuf from './graphwiz-protobuf.js';
import { Type } from './graphwiz-protobuf.js';

/** Closes after which coming back would only be refused again: our own mistake, kicked, token refused, another tab with our id. */
const FINAL = [1000, 1002, 1003, 1007, 1009, 4003, 4401, 4409];
const LONGEST_WAIT = 30_000;

/** Lives as long as it is wanted, over as many sockets as that takes. Messages go through it in their object form. */
export class Connection {
  #address;
  #options;
  #codec;
  #listener;
  #socket = null;
  #wanted = false;
  #attempts = 0;
  #retry = null;
  #ping = null;
  #heardAt = 0;

  /**
   * @param {() => string} address without the token
   * @param {object} options of the client
   * @param {object} listener `onState(state)`, `onOpen(token)`, `onMessage(message)`, `onMalformed(error)`, `onLost()`, `onFinal(code, reason)`
   */
  constructor(address, options, listener) {
    this.#address = address;
    this.#options = options;
    this.#codec = options.framing === 'hub' ? hub : protobuf;
    this.#listener = listener;
  }

  connect() {
    this.#wanted = true;
    if (!this.#socket && !this.#retry) this.#open();
  }

  disconnect() {
    this.#wanted = false;
    const socket = this.#socket;
    this.#gone();
    socket?.close(1000, 'Client disconnecting');
    this.#listener.onState('closed');
  }

  /** False: there is no open socket. */
  write(message) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(this.#codec.encode(message));
    return true;
  }

  /** Bytes that the socket has not taken yet. */
  get behind() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** It works: only now does the next wait begin at a second again. A server that refuses right after the upgrade is not hammered. */
  works() {
    this.#attempts = 0;
  }

  async #open() {
    this.#listener.onState('connecting');
    const { token } = this.#options;
    let known;
    try {
      known = typeof token === 'function' ? await token() : token;
    } catch {
      return this.#comeBack();
    }
    if (!this.#wanted || this.#socket) return;
    const socket = this.#dial(known);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    // A socket that was given up may still call: what it says is not for us.
    const mine = f => event => { if (this.#socket === socket) f(event); };
    socket.onopen = mine(() => this.#onOpen(known));
    socket.onmessage = mine(event => this.#onFrame(event.data));
    socket.onclose = mine(event => this.#onClose(event));
    socket.onerror = () => {}; // a close always follows
  }

  #dial(token) {
    const { WebSocket, auth } = this.#options;
    const address = this.#address();
    if (token && auth === 'query') return new WebSocket(`${address}&auth_token=${encodeURIComponent(token)}`);
    if (token && auth === 'header') return new WebSocket(address, { headers: { Authorization: `Bearer ${token}` } });
    return new WebSocket(address);
  }

  #onOpen(token) {
    this.#heardAt = this.#options.now();
    this.#pingLater();
    this.#listener.onOpen(this.#options.auth === 'hello' ? token ?? '' : '');
  }

  #onFrame(data) {
    this.#heardAt = this.#options.now();
    let message;
    try {
      message = typeof data === 'string' ? hub.decodeText(data) : this.#codec.decode(new Uint8Array(data));
    } catch (e) {
      return this.#listener.onMalformed(e);
    }
    if (message) this.#listener.onMessage(message);
  }

  #onClose({ code, reason }) {
    this.#gone();
    if (!FINAL.includes(code) && this.#wanted) return this.#comeBack();
    this.#wanted = false;
    this.#listener.onFinal(code, reason);
    this.#listener.onState('closed');
  }

  #gone() {
    this.#socket = null;
    this.#options.clearTimeout(this.#retry);
    this.#options.clearTimeout(this.#ping);
    this.#retry = null;
    this.#listener.onLost();
  }

  /** Full jitter: anywhere up to 1, 2, 4 … 30 seconds, but not at once, so that a thousand clients do not come back together. */
  #comeBack() {
    const most = Math.min(1000 * 2 ** this.#attempts++, LONGEST_WAIT);
    this.#listener.onState('waiting');
    this.#retry = this.#options.setTimeout(() => {
      this.#retry = null;
      if (this.#wanted) this.#open();
    }, 100 + this.#options.random() * (most - 100));
  }

  /** A page cannot see the server's pings: this one is answered, and long silence is a connection that is gone without saying so. */
  #pingLater() {
    const { now, pingMillis } = this.#options;
    this.#ping = this.#options.setTimeout(() => {
      if (now() - this.#heardAt > 2.5 * pingMillis) return this.#isDead();
      if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify({ messageId: `ping-${now()}`, timestamp: now(), type: Type.PING, payload: null }));
      this.#pingLater();
    }, pingMillis);
  }

  #isDead() {
    const socket = this.#socket;
    this.#gone();
    socket?.close();
    this.#comeBack();
  }
}
