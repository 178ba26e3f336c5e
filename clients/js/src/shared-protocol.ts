import type { ConnectionStatus, WebSocketClientConfig } from './types.js';

// What a tab and the worker say to each other over their MessagePort.

/** The part of a configuration that can be copied to a worker. */
export type PortableConfig = Omit<WebSocketClientConfig, 'token' | 'random' | 'autoConnect'>;

/** Methods that a tab calls on the shared connection. */
export type SharedMethod =
  | 'joinRoom'
  | 'leaveRoom'
  | 'sendMessage'
  | 'setPresenceStatus'
  | 'heartbeat'
  | 'queryPresence'
  | 'queryRooms'
  | 'setToken'
  | 'connect';

export type FromTab =
  /** `session`: tabs that say the same share a connection. `lock`: a Web Lock that the tab holds while it lives. */
  | { type: 'hello'; session: string; config: PortableConfig; lock: string | undefined }
  | { type: 'call'; id: number; method: SharedMethod; args: unknown[] }
  | { type: 'token'; id: number; token: string }
  | { type: 'token-failed'; id: number; error: string }
  | { type: 'bye' };

export type FromWorker =
  /** `lock`: a Web Lock that the worker holds while it lives. */
  | { type: 'welcome'; status: ConnectionStatus; established: unknown; lock: string | undefined }
  | { type: 'event'; name: string; args: unknown[] }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'failure'; id: number; code: string; request: string }
  | { type: 'token?'; id: number };

export const EVENTS_ABOUT_ROOMS = new Set(['presence:update', 'presence:join', 'presence:leave', 'room:joined', 'room:left', 'room:message', 'room:lost']);
