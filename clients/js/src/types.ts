/** How the connection is. `disconnected` is also the time between a drop and the next attempt. */
export type ConnectionStatus = 'disconnected' | 'connecting' | 'connected' | 'reconnecting';

export type PresenceStatus = 'online' | 'away' | 'busy' | 'offline';

/** A user in a room. Times are milliseconds since 1970. */
export interface PresenceInfo {
  userId: string;
  username?: string;
  status: PresenceStatus;
  lastSeen: number;
  metadata?: Record<string, unknown>;
}

export interface Message<Payload = unknown> {
  id: string;
  room: string;
  /** The user who sent it. */
  from: string;
  payload: Payload;
  timestamp: number;
  /** Told again: history on a join, or what was missed while away. */
  replayed?: boolean;
}

/** What became of a request. Without success, `error` is the server's code or one of {@link ClientErrorCode}. */
export interface Result {
  success: boolean;
  error?: string;
}

export type JoinResult = Result;
export type LeaveResult = Result;
export interface SendResult extends Result {
  messageId?: string;
}

/**
 * Why a request got no answer from the server, or a connection was not made.
 *
 * - `TIMEOUT`: no answer within `ackTimeout`, or no connection within `queueTimeout`. It may have been done.
 * - `DISCONNECTED`: {@link Client.disconnect} was called, or the connection broke again and again while it was being sent.
 * - `QUEUE_FULL`: newer requests took its place while there was no connection.
 * - `NOT_SERIALIZABLE`: its payload has no JSON form.
 */
export type ClientErrorCode = 'TIMEOUT' | 'DISCONNECTED' | 'QUEUE_FULL' | 'NOT_SERIALIZABLE';

export interface ConnectionProblem {
  /**
   * The server's code, such as `TOKEN_EXPIRED`, or `UNREACHABLE`, `CONNECTION_LOST`, `TIMEOUT`, `TOKEN_UNAVAILABLE`, `SERVER_DISCONNECT`.
   */
  code: string;
  message: string;
  /** False: it stays away until {@link Client.connect} is called. */
  willRetry?: boolean;
}

export interface WebSocketClientEvents {
  'status:change': (status: ConnectionStatus) => void;
  'connection:established': (data: { connectionId: string; tenantId: string }) => void;
  /** An attempt to connect failed, or the server ended the session for good. */
  'connection:error': (error: ConnectionProblem) => void;
  'presence:update': (data: { room: string; presence: PresenceInfo[] }) => void;
  'presence:join': (data: { room: string; user: PresenceInfo }) => void;
  'presence:leave': (data: { room: string; userId: string }) => void;
  'room:joined': (data: { room: string; metadata?: unknown }) => void;
  'room:left': (data: { room: string }) => void;
  'room:message': (message: Message) => void;
  /** A room that was joined could not be joined again after a reconnect. */
  'room:lost': (data: { room: string; error: string }) => void;
  'system:restart': (data: { reason: string; reconnectIn: number }) => void;
  /** What the server's nodes share does not answer, so messages may be refused and other nodes are not heard; or it is back. */
  'system:service': (data: { available: boolean }) => void;
  'system:error': (error: { code: string; message: string }) => void;
  broadcast: (data: { event: string; payload: unknown }) => void;
}

/** A token, or what fetches one; it is asked before every attempt to connect. */
export type TokenSource = string | (() => string | Promise<string>);

export interface WebSocketClientConfig {
  /** `ws://`, `wss://`, `http://` or `https://`; a path names a Socket.IO namespace. */
  url: string;
  token: TokenSource;
  /** Told to the server, which goes by the token's claim. Default `default`. */
  tenantId?: string;
  /** Connects from the constructor. Default true. */
  autoConnect?: boolean;
  /** Comes back after a drop. Default true. */
  reconnection?: boolean;
  /** Attempts in a row that may fail. Default: no end. */
  reconnectionAttempts?: number;
  /** The n-th wait is random between 0 and `reconnectionDelay` × 2ⁿ, at most `reconnectionDelayMax`. In ms, 1000 and 5000. */
  reconnectionDelay?: number;
  reconnectionDelayMax?: number;
  /** For one attempt to connect, in ms. Default 20,000. */
  timeout?: number;
  /** For the answer to one request, in ms. Default 10,000. */
  ackTimeout?: number;
  /** How long a request waits for a connection, in ms. Default 300,000. */
  queueTimeout?: number;
  /** How many requests wait; the oldest gives way. Default 1000. */
  maxQueueSize?: number;
  /** How many bytes they may have together. Default 8 MiB. */
  maxQueueBytes?: number;
  /**
   * How fast requests leave, so that the server does not refuse them: the seed's server takes 100 a second and bursts of 200 from a user.
   * Default `{ perSecond: 90, burst: 180 }`; false: at once.
   */
  pace?: { perSecond: number; burst: number } | false;
  /** Sends again after a reconnect what was not answered, under the same key, so that the server takes it once. Default true. */
  resend?: boolean;
  /** In this order, each tried before an attempt counts as failed. Default `['websocket', 'polling']`. */
  transports?: Array<'websocket' | 'polling'>;
  /** More options of socket.io-client: `path`, `query`, `withCredentials`, `extraHeaders`, `agent`, … */
  socketOptions?: Record<string, unknown>;
  /** Where the jitter comes from. Default `Math.random`. */
  random?: () => number;
}

/** What {@link WebSocketClient} can do, and a client that shares its connection with other tabs can, too. */
export interface Client {
  on<E extends keyof WebSocketClientEvents>(event: E, listener: WebSocketClientEvents[E]): this;
  off<E extends keyof WebSocketClientEvents>(event: E, listener?: WebSocketClientEvents[E]): this;
  connect(): void;
  disconnect(): void;
  getStatus(): ConnectionStatus;
  isConnected(): boolean;
  joinRoom(room: string, metadata?: Record<string, unknown>): Promise<JoinResult>;
  leaveRoom(room: string): Promise<LeaveResult>;
  sendMessage(room: string, payload: unknown, persistent?: boolean): Promise<SendResult>;
  setPresenceStatus(status: PresenceStatus, metadata?: Record<string, unknown>): void;
  heartbeat(status?: PresenceStatus): void;
  queryPresence(room: string): Promise<PresenceInfo[]>;
  queryRooms(): Promise<string[]>;
  setToken(token: TokenSource): Promise<Result>;
  /** The name by which this client joined the room that the server calls `name`, perhaps with the tenant before it; else `name`. */
  joinedAs(name: string): string;
}

/** A query without an answer; `code` says why. */
export class RequestError extends Error {
  readonly code: string;

  constructor(code: string, request: string) {
    super(`${request}: ${code}`);
    this.name = 'RequestError';
    this.code = code;
  }
}
