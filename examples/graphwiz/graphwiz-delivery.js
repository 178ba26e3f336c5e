// Reliable delivery in both directions, for servers that acknowledge: a message is said again under the same id until the other side says that it has
// it, and the other side tells a repeat by its id.

/** After these times without an acknowledgement a message is said again, and after the last it is given up. */
const AGAIN_AFTER = [5_000, 10_000, 15_000];
const GIVEN_UP_AFTER = 20_000;
const LOOKS_EVERY = 1_000;
/** Acknowledgements are messages, too, and the server counts a hundred of those a second. */
const GATHERED_FOR = 100;

/** What was said and not acknowledged yet, in order. Without acknowledgements: what waits for a connection. */
export class Outbox {
  #options;
  #write;
  #giveUp;
  #waiting = new Map(); // message id -> { message, since, said }
  #timer = null;

  constructor(options, write, giveUp) {
    this.#options = options;
    this.#write = write;
    this.#giveUp = giveUp;
  }

  get size() {
    return this.#waiting.size;
  }

  /** Its id, or null when too much is waiting already. */
  add(message, isOpen) {
    if (this.#waiting.size >= this.#options.maxWaiting) {
      this.#giveUp(message);
      return null;
    }
    const sent = isOpen && this.#write(message);
    if (!sent || this.#options.ack) this.#waiting.set(message.messageId, { message, since: this.#options.now(), said: sent ? 1 : 0 });
    if (sent) this.#lookLater();
    return message.messageId;
  }

  /** What was said and may not have arrived, in its order. */
  *pending() {
    for (const { message } of this.#waiting.values()) yield message;
  }

  /** What has come to nothing meanwhile. */
  forget(isMeant) {
    for (const [id, { message }] of this.#waiting) if (isMeant(message)) this.#waiting.delete(id);
  }

  acknowledged(messageId) {
    this.#waiting.delete(messageId);
  }

  /** The connection is gone: time stands still until it is back. */
  pause() {
    this.#options.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What is unclear is said again, in its order and under its id, so it counts once. */
  resume() {
    for (const [id, entry] of this.#waiting) {
      entry.since = this.#options.now();
      entry.said = 1;
      this.#write(entry.message);
      if (!this.#options.ack) this.#waiting.delete(id);
    }
    this.#lookLater();
  }

  #lookLater() {
    if (this.#timer || this.#waiting.size === 0 || !this.#options.ack) return;
    this.#timer = this.#options.setTimeout(() => {
      this.#timer = null;
      this.#look();
      this.#lookLater();
    }, LOOKS_EVERY);
  }

  #look() {
    const now = this.#options.now();
    for (const [id, entry] of this.#waiting) {
      const waited = now - entry.since;
      if (waited >= GIVEN_UP_AFTER) {
        this.#waiting.delete(id);
        this.#giveUp(entry.message);
      } else if (waited >= (AGAIN_AFTER[entry.said - 1] ?? Infinity)) {
        entry.said++;
        this.#write(entry.message);
      }
    }
  }
}

/** What was heard: each once, and acknowledged in batches. */
export class Receipts {
  static REMEMBERED = 2048;

  #options;
  #send;
  #seen = new Set();
  #waiting = [];
  #timer = null;

  constructor(options, send) {
    this.#options = options;
    this.#send = send;
  }

  /** False: it was heard before. Either way it is acknowledged: the first acknowledgement may have been lost. */
  take(messageId) {
    this.#waiting.push(messageId);
    this.#timer ??= this.#options.setTimeout(() => this.#flush(), GATHERED_FOR);
    if (this.#seen.has(messageId)) return false;
    this.#seen.add(messageId);
    if (this.#seen.size > Receipts.REMEMBERED) this.#seen.delete(this.#seen.values().next().value);
    return true;
  }

  forgetWaiting() {
    this.#options.clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = [];
  }

  #flush() {
    this.#timer = null;
    const ids = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < ids.length; i += 100) this.#send(ids.slice(i, i + 100));
  }
}

/** `crypto.randomUUID` exists only on https and localhost pages. */
export function uuid() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const b = globalThis.crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map(x => x.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
