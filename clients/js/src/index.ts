export { WebSocketClient, WebSocketClient as default } from './client.js';
export { RequestError } from './types.js';
export type {
  Client,
  ClientErrorCode,
  ConnectionProblem,
  ConnectionStatus,
  JoinResult,
  LeaveResult,
  Message,
  PresenceInfo,
  PresenceStatus,
  Result,
  SendResult,
  TokenSource,
  WebSocketClientConfig,
  WebSocketClientEvents,
} from './types.js';
