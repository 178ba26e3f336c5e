import { Type } from './graphwiz-protobuf.js';

/** Bytes that a socket may be behind before poses wait: they are worth nothing late. */
const BEHIND = 64 * 1024;
/** Of the 100 messages a second that the server takes, a fifth is left for everything else. */
const PER_SECOND = 80;

/** Where our entities are, on its way out: of what is said between two sendings only the newest of each entity goes. */
export class Poses {
  #options;
  #connection;
  #say;
  #waiting = new Map(); // entity id -> { entityId, position, rotation }
  #sequences = new Map();
  #timer = null;
  #nextAt = 0;
  #isOpen = false;

  /** @param {(type: number, payload: object) => boolean} say now or never */
  constructor(options, connection, say) {
    this.#options = options;
    this.#connection = connection;
    this.#say = say;
  }

  put(pose) {
    this.#waiting.set(pose.entityId, pose);
    this.#soon();
  }

  has(entityId) {
    return this.#waiting.has(entityId);
  }

  forget(entityId) {
    this.#waiting.delete(entityId);
    this.#sequences.delete(entityId);
  }

  open() {
    this.#isOpen = true;
    this.#soon();
  }

  close() {
    this.#isOpen = false;
    this.#options.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #soon() {
    if (this.#timer || this.#waiting.size === 0 || !this.#isOpen) return;
    const wait = this.#nextAt - this.#options.now();
    if (wait <= 0) this.#flush();
    else this.#later(wait);
  }

  #later(millis) {
    this.#timer = this.#options.setTimeout(() => {
      this.#timer = null;
      if (this.#isOpen) this.#flush();
    }, millis);
  }

  #flush() {
    const { now, posesPerSecond, framing } = this.#options;
    if (this.#connection.behind > BEHIND) return this.#later(50);
    for (const pose of this.#waiting.values()) {
      const sequenceNumber = ((this.#sequences.get(pose.entityId) ?? 0) + 1) >>> 0;
      this.#sequences.set(pose.entityId, sequenceNumber);
      this.#say(Type.POSITION_UPDATE, { ...pose, sequenceNumber, ...(framing === 'hub' ? { timestamp: now() } : {}) });
    }
    const pause = Math.max(1000 / posesPerSecond, (1000 * this.#waiting.size) / PER_SECOND);
    const isLate = now() - this.#nextAt >= pause;
    this.#nextAt = (isLate ? now() : this.#nextAt) + pause;
    this.#waiting.clear();
  }
}
