import { sizeOf } from './ids.js';
import { Pace } from './time.js';
import type { ClientErrorCode } from './types.js';

/** An answer of the server, whatever it says, or why there is none. */
export type Answer = { ok: true; value: unknown } | { ok: false; code: string };

/** Hands a request to the connection; `answer` is called at most once. */
export type Transmit = (event: string, data: unknown, answer?: (value: unknown) => void) => void;

export interface OutboxLimits {
  ackTimeout: number;
  queueTimeout: number;
  maxQueueSize: number;
  maxQueueBytes: number;
  pace: { perSecond: number; burst: number } | false;
}

/** A request that was cut off this often is given up: it may be what cuts the connection, by its size for example. */
const MOST_TRIES = 3;
/** Requests without an answer yet, where nothing paces them. */
const MOST_FLYING = 1000;

interface Request {
  readonly event: string;
  readonly data: unknown;
  readonly settle: ((answer: Answer) => void) | undefined;
  /** May go again over another connection. */
  readonly again: boolean;
  readonly bytes: number;
  /** When it is given up: as waiting, then as flying. */
  deadline: number;
  tries: number;
}

/**
 * Every request from the call to its answer: waiting for the connection or for its turn, then flying. In order of the calls, except that
 * {@link first} goes before. Each is settled once, whatever happens: by the answer, by time, by a full queue or by {@link failAll}.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  readonly #pace: Pace | undefined;
  #front: Request[] = [];
  #waiting: Request[] = [];
  #waitingBytes = 0;
  readonly #flying = new Set<Request>();
  #transmit: Transmit | undefined;
  #held = false;
  #idle: Array<() => void> = [];
  #turnTimer: ReturnType<typeof setTimeout> | undefined;
  #deadlineTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
    this.#pace = limits.pace === false ? undefined : new Pace(limits.pace.perSecond, limits.pace.burst, Date.now());
  }

  request(event: string, data: unknown, { again = true } = {}): Promise<Answer> {
    return new Promise(settle => this.#accept(this.#waiting, { event, data, settle, again, bytes: 0, deadline: 0, tries: 0 }));
  }

  /** Before all that wait, also while they are held back; not sent again. */
  first(event: string, data: unknown): Promise<Answer> {
    return new Promise(settle => this.#accept(this.#front, { event, data, settle, again: false, bytes: 0, deadline: 0, tries: 0 }));
  }

  /** Wants no answer. */
  post(event: string, data: unknown): void {
    this.#accept(this.#waiting, { event, data, settle: undefined, again: false, bytes: 0, deadline: 0, tries: 0 });
  }

  /** There is a connection. What waits is held back until {@link release}. */
  up(transmit: Transmit): void {
    this.#transmit = transmit;
    this.#held = true;
    this.#pump();
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#pump();
  }

  /** The connection is gone. What was flying waits again, in its place, or is given up. */
  down(): void {
    this.#transmit = undefined;
    const flying = [...this.#flying, ...this.#front];
    this.#flying.clear();
    this.#front = [];
    const again: Request[] = [];
    const deadline = Math.min(Date.now() + this.#limits.queueTimeout, this.#waiting[0]?.deadline ?? Infinity);
    for (const request of flying) {
      if (request.again && request.tries < MOST_TRIES) again.push({ ...request, bytes: measure(request.data) ?? 0, deadline });
      else request.settle?.({ ok: false, code: 'DISCONNECTED' satisfies ClientErrorCode });
    }
    this.#waiting.unshift(...again);
    this.#waitingBytes = this.#waiting.reduce((bytes, request) => bytes + request.bytes, 0);
    this.#trim();
    this.#tellIdle();
    this.#watch();
  }

  failAll(code: string): void {
    const all = [...this.#flying, ...this.#front, ...this.#waiting];
    this.#flying.clear();
    this.#front = [];
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const request of all) request.settle?.({ ok: false, code });
    this.#tellIdle();
    this.#watch();
  }

  /** Resolves when nothing is flying. */
  idle(): Promise<void> {
    return this.#flying.size === 0 ? Promise.resolve() : new Promise(done => this.#idle.push(done));
  }

  #accept(queue: Request[], request: Request): void {
    request.deadline = Date.now() + this.#limits.queueTimeout;
    queue.push(request);
    this.#pump();
    if (queue !== this.#waiting || !queue.includes(request)) return;
    // It must wait, so it takes room.
    const bytes = measure(request.data);
    if (bytes === undefined) {
      queue.splice(queue.indexOf(request), 1);
      request.settle?.({ ok: false, code: 'NOT_SERIALIZABLE' satisfies ClientErrorCode });
      return;
    }
    queue[queue.indexOf(request)] = { ...request, bytes };
    this.#waitingBytes += bytes;
    this.#trim();
    this.#watch();
  }

  #trim(): void {
    const { maxQueueSize, maxQueueBytes } = this.#limits;
    while (this.#waiting.length > 0 && (this.#waiting.length > maxQueueSize || this.#waitingBytes > maxQueueBytes)) {
      this.#takeWaiting().settle?.({ ok: false, code: 'QUEUE_FULL' satisfies ClientErrorCode });
    }
  }

  #takeWaiting(): Request {
    const request = this.#waiting.shift() as Request;
    this.#waitingBytes -= request.bytes;
    return request;
  }

  #pump(): void {
    while (this.#transmit !== undefined && this.#flying.size < MOST_FLYING) {
      const next = this.#front.length > 0 ? this.#front : this.#held ? [] : this.#waiting;
      if (next.length === 0) break;
      const wait = this.#pace?.take(Date.now()) ?? 0;
      if (wait > 0) {
        this.#turnTimer ??= setTimeout(() => {
          this.#turnTimer = undefined;
          this.#pump();
        }, wait);
        break;
      }
      this.#fly(next === this.#waiting ? this.#takeWaiting() : (next.shift() as Request), this.#transmit);
    }
    this.#watch();
  }

  #fly(request: Request, transmit: Transmit): void {
    const flying: Request = { ...request, tries: request.tries + 1, deadline: Date.now() + this.#limits.ackTimeout };
    try {
      if (flying.settle === undefined) {
        transmit(flying.event, flying.data);
        return;
      }
      this.#flying.add(flying);
      transmit(flying.event, flying.data, value => this.#settle(flying, { ok: true, value }));
    } catch {
      this.#settle(flying, { ok: false, code: 'NOT_SERIALIZABLE' satisfies ClientErrorCode });
    }
  }

  /** Late answers, to what has been given up or sent again, change nothing. */
  #settle(request: Request, answer: Answer): void {
    if (!this.#flying.delete(request)) return;
    request.settle?.(answer);
    this.#tellIdle();
    this.#pump();
  }

  #tellIdle(): void {
    if (this.#flying.size > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const done of idle) done();
  }

  /** One timer for all: deadlines of each kind grow in the order of the queue. */
  #watch(): void {
    clearTimeout(this.#deadlineTimer);
    const next = Math.min(...[this.#flying.values().next().value, this.#front[0], this.#waiting[0]].map(r => r?.deadline ?? Infinity));
    if (next === Infinity) return;
    this.#deadlineTimer = setTimeout(() => this.#expire(), Math.max(0, next - Date.now()));
  }

  #expire(): void {
    const now = Date.now();
    const late: Request[] = [];
    for (const request of this.#flying) {
      if (request.deadline > now) break;
      this.#flying.delete(request);
      late.push(request);
    }
    while (this.#front[0] !== undefined && this.#front[0].deadline <= now) late.push(this.#front.shift() as Request);
    while (this.#waiting[0] !== undefined && this.#waiting[0].deadline <= now) late.push(this.#takeWaiting());
    for (const request of late) request.settle?.({ ok: false, code: 'TIMEOUT' satisfies ClientErrorCode });
    this.#tellIdle();
    this.#pump();
  }
}

/** Undefined: it contains itself. */
function measure(data: unknown): number | undefined {
  try {
    return sizeOf(data);
  } catch {
    return undefined;
  }
}
