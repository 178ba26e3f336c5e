import { io, type Socket } from 'socket.io-client';
import { refusal, type Refusal } from './refusal.js';
import { fullJitter, within } from './time.js';
import type { ConnectionProblem, ConnectionStatus, TokenSource } from './types.js';

export interface ConnectionOptions {
  url: string;
  tenantId: string;
  reconnection: boolean;
  reconnectionAttempts: number;
  reconnectionDelay: number;
  reconnectionDelayMax: number;
  timeout: number;
  transports: Array<'websocket' | 'polling'>;
  socketOptions: Record<string, unknown>;
  random: () => number;
}

/** Who is told about a connection. None of it may throw. */
export interface ConnectionListener {
  onStatus(status: ConnectionStatus): void;
  /** `recovered`: the server gave the session back, with its rooms, and what was missed has been told already. */
  onUp(recovered: boolean): void;
  onDown(): void;
  /** `offset`: its place, where the server says so. */
  onEvent(name: string, args: unknown[], offset: string | undefined): void;
  onProblem(problem: ConnectionProblem): void;
  /** It stays away until {@link Connection.connect}; nothing more will come of what waits. */
  onGivenUp(code: string): void;
  /** Before it moves to another node in good order; it waits for this, but not long. */
  onMoving(): Promise<void>;
}

/** A server that restarts is left when nothing is in flight, or after this time. */
const MOVE_MS = 1_000;
/** What a server may ask clients to wait for at most. */
const MOST_RESTART_MS = 120_000;
/** Fresh tokens in a row that the server may refuse before we believe it. */
const MOST_TOKENS = 3;

/**
 * One connection that comes back: when, where and with which token. It keeps one Socket.IO socket for its life, because that socket knows the session
 * id and the place by which a server gives a session back (connection state recovery). The waits are ours, not socket.io-client's: those
 * are 50 % jitter around a growing delay, and a restart has slots that the server hands out.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  #token: TokenSource;
  #socket: Socket | undefined;
  #phase: 'off' | 'waiting' | 'opening' | 'up' = 'off';
  #status: ConnectionStatus = 'disconnected';
  /** Changes with every phase: what was begun in an earlier one is out of date. */
  #turn = 0;
  #failures = 0;
  #refusedTokens = 0;
  #upSince = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the server that restarts wants us back, and the timer that goes there. */
  #slotAt: number | undefined;
  #slotTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions, token: TokenSource, listener: ConnectionListener) {
    this.#options = options;
    this.#token = token;
    this.#listener = listener;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get isUp(): boolean {
    return this.#phase === 'up' && this.#socket?.connected === true;
  }

  /** Asked or used at the next attempt. */
  set token(token: TokenSource) {
    this.#token = token;
  }

  connect(): void {
    if (this.#phase !== 'off') return;
    this.#failures = 0;
    this.#refusedTokens = 0;
    globalThis.addEventListener?.('online', this.#onOnline);
    void this.#open('connecting');
  }

  disconnect(): void {
    if (this.#phase === 'off') return;
    const wasUp = this.#phase === 'up';
    this.#turnOff();
    this.#socket?.disconnect();
    if (wasUp) this.#listener.onDown();
    this.#say('disconnected');
  }

  transmit(event: string, data: unknown, answer?: (value: unknown) => void): void {
    const args = data === undefined ? [] : [data];
    if (answer === undefined) this.#socket?.emit(event, ...args);
    else this.#socket?.emit(event, ...args, answer);
  }

  /** Dropped when the connection cannot take it now. */
  transmitVolatile(event: string, data: unknown): void {
    if (this.isUp) this.#socket?.volatile.emit(event, data);
  }

  /** The server ends soon, and gave each client its own time to come back. */
  restartIn(ms: number): void {
    if (this.#phase !== 'up') return;
    const wait = Math.min(Math.max(0, Number.isFinite(ms) ? ms : 0), MOST_RESTART_MS);
    this.#slotAt = Date.now() + wait;
    clearTimeout(this.#slotTimer);
    this.#slotTimer = setTimeout(() => void this.#move(), wait);
  }

  async #move(): Promise<void> {
    const turn = this.#turn;
    await within(MOVE_MS, this.#listener.onMoving()).catch(() => undefined);
    if (turn === this.#turn && this.#phase === 'up') this.#socket?.io.engine.close();
  }

  async #open(status: ConnectionStatus): Promise<void> {
    const turn = this.#begin('opening');
    this.#say(status);
    if (turn !== this.#turn) return;
    let token: string;
    try {
      token = await this.#fetchToken();
    } catch (error) {
      if (turn === this.#turn) this.#failed({ code: 'TOKEN_UNAVAILABLE', message: `The token could not be fetched: ${String(error)}`, retry: true });
      return;
    }
    if (turn !== this.#turn) return;
    const socket = (this.#socket ??= this.#create());
    socket.auth = { token, tenantId: this.#options.tenantId };
    this.#timer = setTimeout(() => this.#onTooLate(), this.#options.timeout);
    socket.connect();
  }

  #fetchToken(): Promise<string> {
    const source = this.#token;
    if (typeof source === 'string') return Promise.resolve(source);
    return within(this.#options.timeout, new Promise<string>(resolve => resolve(source())));
  }

  #create(): Socket {
    const { url, transports, timeout, socketOptions } = this.#options;
    const socket = io(url, { tryAllTransports: true, timeout, ...socketOptions, transports, forceNew: true, reconnection: false, autoConnect: false });
    socket.on('connect', () => this.#onConnect(socket.recovered));
    socket.on('disconnect', reason => this.#onDisconnect(reason));
    socket.on('connect_error', error => this.#onConnectError(error));
    socket.onAny((name: string, ...args: unknown[]) => {
      const offset = offsetIn(socket, args);
      this.#listener.onEvent(name, offset === undefined ? args : args.slice(0, -1), offset);
    });
    return socket;
  }

  #onConnect(recovered: boolean): void {
    if (this.#phase !== 'opening') return;
    this.#begin('up');
    this.#upSince = Date.now();
    this.#refusedTokens = 0;
    const turn = this.#turn;
    this.#say('connected');
    if (turn === this.#turn) this.#listener.onUp(recovered);
  }

  #onDisconnect(reason: string): void {
    if (this.#phase !== 'up' && this.#phase !== 'opening') return;
    const wasUp = this.#phase === 'up';
    const turn = this.#begin('waiting');
    // What socket.io-client kept to send later would go twice: the outbox sends it again.
    if (this.#socket !== undefined) this.#socket.sendBuffer = [];
    if (wasUp) this.#listener.onDown();
    if (turn !== this.#turn) return;
    if (reason === 'io server disconnect') {
      this.#failed({ code: 'SERVER_DISCONNECT', message: 'The server ended this session.', retry: false });
    } else if (wasUp) {
      this.#comeBack(reason);
    } else {
      this.#failed({ code: 'CONNECTION_LOST', message: `The connection broke before it was made: ${reason}`, retry: true });
    }
  }

  /** After a drop: at the time that the server gave, else soon and at random. */
  #comeBack(reason: string): void {
    if (!this.#options.reconnection) {
      this.#failed({ code: 'CONNECTION_LOST', message: `The connection broke: ${reason}`, retry: false });
      return;
    }
    // A server that takes us and drops us at once is no better than one that does not take us.
    if (Date.now() - this.#upSince > this.#options.reconnectionDelayMax) this.#failures = 0;
    const turn = this.#turn;
    const slotAt = this.#slotAt;
    this.#forgetSlot();
    this.#say('disconnected');
    if (turn === this.#turn) this.#wait(slotAt === undefined ? this.#backOff() : Math.max(0, slotAt - Date.now()));
  }

  #onConnectError(error: Error & { data?: unknown }): void {
    if (this.#phase !== 'opening') return;
    // The socket stays subscribed after trouble on the way; after the server's own refusal it does not.
    if (this.#socket?.active === true) this.#failed({ code: 'UNREACHABLE', message: error.message, retry: true });
    else this.#onRefused(refusal(error));
  }

  #onRefused({ code, message, cure }: Refusal): void {
    const fresh = cure === 'token' && typeof this.#token === 'function' && ++this.#refusedTokens < MOST_TOKENS;
    this.#failed({ code, message, retry: cure === 'time' || fresh });
  }

  #onTooLate(): void {
    const turn = this.#turn;
    this.#socket?.disconnect();
    if (turn === this.#turn) this.#failed({ code: 'TIMEOUT', message: `No connection within ${this.#options.timeout} ms.`, retry: true });
  }

  #failed({ code, message, retry }: { code: string; message: string; retry: boolean }): void {
    const willRetry = retry && this.#options.reconnection && this.#failures < this.#options.reconnectionAttempts;
    if (!willRetry) this.#turnOff();
    else this.#begin('waiting');
    const turn = this.#turn;
    this.#listener.onProblem({ code, message, willRetry });
    if (turn !== this.#turn) return;
    if (willRetry) {
      this.#wait(this.#backOff());
    } else {
      this.#listener.onGivenUp(code);
      this.#say('disconnected');
    }
  }

  #backOff(): number {
    const { reconnectionDelay, reconnectionDelayMax, random } = this.#options;
    return fullJitter(this.#failures++, reconnectionDelay, reconnectionDelayMax, random);
  }

  #wait(ms: number): void {
    this.#begin('waiting');
    this.#timer = setTimeout(() => void this.#open('reconnecting'), ms);
  }

  /** The browser has a network again: no need to wait for long. */
  readonly #onOnline = (): void => {
    if (this.#phase === 'waiting' && this.#slotAt === undefined) this.#wait(fullJitter(0, 500, 500, this.#options.random));
  };

  #begin(phase: 'waiting' | 'opening' | 'up' | 'off'): number {
    clearTimeout(this.#timer);
    this.#phase = phase;
    return ++this.#turn;
  }

  #turnOff(): void {
    this.#begin('off');
    this.#forgetSlot();
    globalThis.removeEventListener?.('online', this.#onOnline);
  }

  #forgetSlot(): void {
    clearTimeout(this.#slotTimer);
    this.#slotAt = undefined;
  }

  #say(status: ConnectionStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#listener.onStatus(status);
  }
}

/**
 * With connection state recovery every event carries its place as one more argument, a string (socket.io-client 4.8, `Socket#emitEvent`); it is not the
 * application's. Events that want an acknowledgement carry none.
 */
function offsetIn(socket: Socket, args: unknown[]): string | undefined {
  const last = (socket as unknown as { _pid?: string })._pid === undefined ? undefined : args.at(-1);
  return typeof last === 'string' ? last : undefined;
}
