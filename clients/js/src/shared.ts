import { WebSocketClient } from './client.js';
import { Emitter } from './emitter.js';
import { joinedAs } from './rooms.js';
import { WorkerLink } from './worker-link.js';
import type {
  Client,
  ConnectionStatus,
  JoinResult,
  LeaveResult,
  PresenceInfo,
  PresenceStatus,
  Result,
  SendResult,
  TokenSource,
  WebSocketClientConfig,
  WebSocketClientEvents,
} from './types.js';

export interface SharedWebSocketClientConfig extends WebSocketClientConfig {
  /** Where your origin serves this package's `shared-worker.js`, or what makes the worker. */
  worker: string | URL | (() => SharedWorker);
  /**
   * Tabs of one origin that say the same `url`, `tenantId` and `session` share a connection, with the identity of whichever token was used. Use the
   * user's id. Default: the token's text, so that a token function needs one.
   */
  session?: string;
  /** How long the worker has to answer before this tab connects by itself, in ms. Default 3000. */
  workerTimeout?: number;
}

/** What stands behind a tab's client: the worker, or a connection of its own. */
export type Backend = Pick<Client, 'connect' | 'disconnect' | 'joinRoom' | 'leaveRoom' | 'sendMessage' | 'setPresenceStatus' | 'heartbeat' | 'queryPresence' | 'queryRooms' | 'setToken'>;

/**
 * A {@link WebSocketClient} whose connection is shared by all tabs of an origin, through a SharedWorker. Where there is none, or it does not answer, the
 * tab has a connection of its own; nothing else changes. Rooms are each tab's own: the server hears one join and one leave for all of them.
 */
export class SharedWebSocketClient extends Emitter<WebSocketClientEvents> implements Client {
  readonly #config: SharedWebSocketClientConfig;
  #token: TokenSource;
  #status: ConnectionStatus = 'disconnected';
  #backend: Promise<Backend> | undefined;
  /** Grows with every backend; an earlier one is not heard any more. */
  #turn = 0;
  #tenant = '';
  /** Rooms of this tab, to enter them again when the worker is gone or the page comes back from the history. */
  readonly #rooms = new Map<string, Record<string, unknown> | undefined>();
  #shared: boolean | undefined;

  constructor(config: SharedWebSocketClientConfig) {
    super();
    if (!config?.url) throw new TypeError('url: missing (expected: ws://host:port, wss://, http:// or https://)');
    if (!config.token) throw new TypeError('token: missing (expected: a JWT, or a function that fetches one)');
    if (config.session === undefined && typeof config.token !== 'string') throw new TypeError('session: missing (expected: the id of the user, since the token is a function)');
    this.#config = config;
    this.#token = config.token;
    if (config.autoConnect ?? true) this.connect();
  }

  /** Whether the connection is shared; undefined until that is known. */
  get isShared(): boolean | undefined {
    return this.#shared;
  }

  connect(): void {
    if (this.#backend === undefined) this.#open();
    else void this.#backend.then(backend => backend.connect());
  }

  /** Ends this tab's part; the connection ends with the last tab. */
  disconnect(): void {
    const backend = this.#backend;
    this.#backend = undefined;
    this.#turn++;
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
    void backend?.then(b => b.disconnect());
    this.#say('disconnected');
  }

  getStatus(): ConnectionStatus {
    return this.#status;
  }

  isConnected(): boolean {
    return this.#status === 'connected';
  }

  async joinRoom(room: string, metadata?: Record<string, unknown>): Promise<JoinResult> {
    this.#rooms.set(room, metadata);
    const result = await (await this.#ready()).joinRoom(room, metadata);
    if (!result.success) this.#rooms.delete(room);
    return result;
  }

  async leaveRoom(room: string): Promise<LeaveResult> {
    this.#rooms.delete(room);
    return (await this.#ready()).leaveRoom(room);
  }

  async sendMessage(room: string, payload: unknown, persistent = false): Promise<SendResult> {
    return (await this.#ready()).sendMessage(room, payload, persistent);
  }

  setPresenceStatus(status: PresenceStatus, metadata?: Record<string, unknown>): void {
    void this.#ready().then(backend => backend.setPresenceStatus(status, metadata));
  }

  heartbeat(status?: PresenceStatus): void {
    void this.#ready().then(backend => backend.heartbeat(status));
  }

  async queryPresence(room: string): Promise<PresenceInfo[]> {
    return (await this.#ready()).queryPresence(room);
  }

  async queryRooms(): Promise<string[]> {
    return (await this.#ready()).queryRooms();
  }

  async setToken(token: TokenSource): Promise<Result> {
    this.#token = token;
    return (await this.#ready()).setToken(token);
  }

  joinedAs(name: string): string {
    return joinedAs(name, this.#tenant, one => this.#rooms.has(one)) ?? name;
  }

  #ready(): Promise<Backend> {
    return this.#backend ?? this.#open();
  }

  #open(): Promise<Backend> {
    globalThis.addEventListener?.('pagehide', this.#onPageHide);
    const turn = ++this.#turn;
    const onEvent = (name: string, args: unknown[]): void => {
      if (turn === this.#turn) this.#onEvent(name, args);
    };
    const link = WorkerLink.open(this.#config, this.#session(), {
      onEvent,
      onWorkerGone: () => turn === this.#turn && this.#reopen(),
      fetchToken: async () => (typeof this.#token === 'string' ? this.#token : this.#token()),
    });
    const opened = link.then<Backend, Backend>(
      backend => {
        this.#shared = true;
        return backend;
      },
      () => {
        this.#shared = false;
        return this.#alone(onEvent);
      },
    );
    this.#backend = opened;
    return opened;
  }

  #session(): string {
    return JSON.stringify([this.#config.url, this.#config.tenantId, this.#config.session ?? this.#config.token]);
  }

  /** The worker died, or this page was asleep in the history: another one, and the rooms again. */
  #reopen(): void {
    if (this.#backend === undefined) return;
    this.#say('reconnecting');
    void this.#open().then(backend => {
      for (const [room, metadata] of this.#rooms) void backend.joinRoom(room, metadata);
    });
  }

  #alone(onEvent: (name: string, args: unknown[]) => void): Backend {
    const client = new WebSocketClient({ ...this.#config, token: this.#token, autoConnect: false });
    client.onAny(onEvent);
    client.connect();
    return client;
  }

  #onEvent(name: string, args: unknown[]): void {
    if (name === 'status:change') {
      this.#say(args[0] as ConnectionStatus);
      return;
    }
    if (name === 'connection:established') this.#tenant = String((args[0] as { tenantId?: unknown }).tenantId ?? '');
    if (name === 'room:lost') this.#rooms.delete((args[0] as { room: string }).room);
    this.emit(name, ...args);
  }

  #say(status: ConnectionStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.emit('status:change', status);
  }

  /** A page that goes into the history keeps nothing open; if it comes back, it begins anew. */
  readonly #onPageHide = (event: Event): void => {
    const backend = this.#backend;
    if (backend === undefined || this.#shared !== true) return;
    void backend.then(b => b.disconnect());
    if ((event as PageTransitionEvent).persisted) globalThis.addEventListener('pageshow', () => this.#reopen(), { once: true });
  };
}


export default SharedWebSocketClient;
