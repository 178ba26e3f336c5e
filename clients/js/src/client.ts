import { Connection, type ConnectionListener } from './connection.js';
import { Emitter } from './emitter.js';
import { uuid } from './ids.js';
import { Outbox, type Answer } from './outbox.js';
import { Rooms, type Room } from './rooms.js';
import {
  RequestError,
  type Client,
  type ConnectionStatus,
  type JoinResult,
  type LeaveResult,
  type Message,
  type PresenceInfo,
  type PresenceStatus,
  type Result,
  type SendResult,
  type TokenSource,
  type WebSocketClientConfig,
  type WebSocketClientEvents,
} from './types.js';

/** Answers after which joining a room again is worth another try. */
const PASSING = new Set(['TIMEOUT', 'RATE_LIMIT_EXCEEDED', 'UNAVAILABLE', 'Internal error']);
const REJOIN_TRIES = 5;

const DEFAULTS = {
  tenantId: 'default',
  autoConnect: true,
  reconnection: true,
  reconnectionAttempts: Infinity,
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 5_000,
  timeout: 20_000,
  ackTimeout: 10_000,
  queueTimeout: 300_000,
  maxQueueSize: 1_000,
  maxQueueBytes: 8 * 1024 * 1024,
  pace: { perSecond: 90, burst: 180 },
  resend: true,
  transports: ['websocket', 'polling'],
  socketOptions: {},
  random: Math.random,
} satisfies Partial<WebSocketClientConfig>;

/**
 * A user's connection to the server: rooms, messages, presence.
 *
 * It comes back after every drop, joins its rooms again and hears what it missed, each message once. Requests made without a connection wait, within
 * bounds, and go out in the order of the calls. Every promise settles; requests answer `{ success: false, error }`, queries reject with a
 * {@link RequestError}.
 */
export class WebSocketClient extends Emitter<WebSocketClientEvents> implements Client {
  readonly #config: Required<WebSocketClientConfig>;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #rooms = new Rooms();
  #givenUp: string | undefined;
  /** Counts connections, so that what one began is not finished on another. */
  #session = 0;
  #presence: { status: PresenceStatus; metadata?: Record<string, unknown> } | undefined;
  #presenceIsNews = false;

  constructor(config: WebSocketClientConfig) {
    super();
    if (!config?.url) throw new TypeError('url: missing (expected: ws://host:port, wss://, http:// or https://)');
    if (!config.token) throw new TypeError('token: missing (expected: a JWT, or a function that fetches one)');
    const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
    this.#config = { ...DEFAULTS, ...given } as Required<WebSocketClientConfig>;
    this.#outbox = new Outbox(this.#config);
    this.#connection = new Connection(this.#config, this.#config.token, this.#listener());
    if (this.#config.autoConnect) this.connect();
  }

  /** Does nothing while there is a connection, or one is on its way. */
  connect(): void {
    this.#givenUp = undefined;
    this.#connection.connect();
  }

  /** Ends the connection until {@link connect}. What waits is settled with `DISCONNECTED`; rooms are joined again after the next connect. */
  disconnect(): void {
    this.#connection.disconnect();
    this.#outbox.failAll('DISCONNECTED');
  }

  getStatus(): ConnectionStatus {
    return this.#connection.status;
  }

  isConnected(): boolean {
    return this.#connection.isUp;
  }

  /**
   * `metadata` comes back in `room:joined`; a member `replay` of it says what history to send: false, a number of messages, `{ since: ms }` or
   * `{ afterId: id }`.
   */
  async joinRoom(room: string, metadata?: Record<string, unknown>): Promise<JoinResult> {
    mustBeName(room);
    const wanted = this.#rooms.want(room, metadata);
    const result = asResult(await this.#request('room:join', { room, metadata }));
    if (result.success) wanted.joined = true;
    else if (!wanted.joined) this.#rooms.forget(wanted);
    return result;
  }

  async leaveRoom(room: string): Promise<LeaveResult> {
    mustBeName(room);
    const left = this.#rooms.find(room);
    if (left !== undefined) this.#rooms.forget(left);
    return asResult(await this.#request('room:leave', { room }));
  }

  /** With `persistent`, success means that the server has stored it. `payload` is anything that has a JSON form, or has binary parts. */
  async sendMessage(room: string, payload: unknown, persistent = false): Promise<SendResult> {
    mustBeName(room);
    // By its key the server knows a message that is sent again after a drop.
    return asResult(await this.#request('room:send', { room, payload, persistent, idempotencyKey: uuid() }, this.#config.resend));
  }

  /** Shown to all rooms of this connection; `metadata` is merged into what was set before. Without a connection the newest waits. */
  setPresenceStatus(status: PresenceStatus, metadata?: Record<string, unknown>): void {
    const merged = { ...this.#presence?.metadata, ...metadata };
    this.#presence = { status, ...(Object.keys(merged).length > 0 && { metadata: merged }) };
    if (this.isConnected()) this.#outbox.post('presence:status', { status, metadata });
    else this.#presenceIsNews = true;
  }

  /** Says that the user is here. The connection's own pings do as much, so it is needed only to tell a status with it. */
  heartbeat(status?: PresenceStatus): void {
    this.#connection.transmitVolatile('presence:heartbeat', { status });
  }

  /** Who is in a room that this client is in; empty otherwise. */
  async queryPresence(room: string): Promise<PresenceInfo[]> {
    mustBeName(room);
    return this.#query('query:presence', { room }, 'presence');
  }

  async queryRooms(): Promise<string[]> {
    return this.#query('query:rooms', undefined, 'rooms');
  }

  /** Used from the next attempt to connect on, and told to the server now where there is a connection. */
  async setToken(token: TokenSource): Promise<Result> {
    this.#connection.token = token;
    if (!this.isConnected()) return { success: true };
    const fresh = typeof token === 'string' ? token : await token();
    return asResult(await this.#request('auth:refresh', { token: fresh }, false));
  }

  joinedAs(name: string): string {
    return this.#rooms.find(name)?.name ?? name;
  }

  async #query<T>(event: string, data: unknown, member: string): Promise<T[]> {
    const answer = await this.#request(event, data);
    if (!answer.ok) throw new RequestError(answer.code, event);
    const value = answer.value as Record<string, unknown> | null | undefined;
    // Who is not in a room sees nobody there: an empty list, as the original has it.
    const error = value?.['error'];
    if (typeof error === 'string' && error !== 'NOT_IN_ROOM') throw new RequestError(error, event);
    return Array.isArray(value?.[member]) ? (value[member] as T[]) : [];
  }

  #request(event: string, data: unknown, again = true): Promise<Answer> {
    if (this.#givenUp !== undefined) return Promise.resolve({ ok: false, code: this.#givenUp });
    return this.#outbox.request(event, data, { again });
  }

  #listener(): ConnectionListener {
    return {
      onStatus: status => void this.emit('status:change', status),
      onUp: recovered => void this.#onUp(recovered),
      onDown: () => this.#onDown(),
      onEvent: (name, args, offset) => this.#onEvent(name, args, offset),
      onProblem: problem => void this.emit('connection:error', problem),
      onGivenUp: code => {
        this.#givenUp = code;
        this.#outbox.failAll(code);
      },
      onMoving: () => {
        this.#outbox.hold();
        return this.#outbox.idle();
      },
    };
  }

  async #onUp(recovered: boolean): Promise<void> {
    const session = ++this.#session;
    this.#outbox.up((event, data, answer) => this.#connection.transmit(event, data, answer));
    const rooms = recovered ? [] : this.#rooms.joined();
    if (rooms.length > 0) await Promise.all(rooms.map(room => this.#rejoin(room, session)));
    if (session !== this.#session || !this.isConnected()) return;
    if (this.#presence !== undefined && (!recovered || this.#presenceIsNews)) this.#outbox.post('presence:status', this.#presence);
    this.#presenceIsNews = false;
    this.#outbox.release();
  }

  #onDown(): void {
    this.#session++;
    this.#outbox.down();
  }

  /** From the last message that was told on. Later tries go on beside what waits. */
  async #rejoin(room: Room, session: number, tries = 1): Promise<void> {
    const result = asResult(await this.#outbox.first('room:join', { room: room.name, metadata: room.metadata, replay: room.last }));
    if (session !== this.#session || result.success || this.#rooms.find(room.name) !== room) return;
    const error = result.error ?? 'refused';
    if (PASSING.has(error) && tries < REJOIN_TRIES) {
      setTimeout(() => session === this.#session && void this.#rejoin(room, session, tries + 1), 500 * 2 ** tries);
    } else {
      this.#rooms.forget(room);
      this.emit('room:lost', { room: room.name, error });
    }
  }

  #onEvent(name: string, args: unknown[], offset: string | undefined): void {
    const data = args[0] as Record<string, unknown> | undefined;
    if (name === 'room:message' && data !== undefined && !this.#rooms.isNew(data as unknown as Message, offset)) return;
    if (name === 'connection:established' && typeof data?.['tenantId'] === 'string') this.#rooms.tenant = data['tenantId'];
    if (name === 'system:restart') this.#connection.restartIn(Number(data?.['reconnectIn']));
    this.emit(name, ...args);
  }
}

function mustBeName(room: string): void {
  if (typeof room !== 'string' || room === '') throw new TypeError(`room: ${String(room)} (expected: the name of a room)`);
}

function asResult(answer: Answer): SendResult {
  if (!answer.ok) return { success: false, error: answer.code };
  const value = answer.value;
  return typeof value === 'object' && value !== null && 'success' in value ? (value as SendResult) : { success: false, error: 'MALFORMED_ANSWER' };
}
