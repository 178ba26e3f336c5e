import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { WebSocketClient } from './client.js';
import { LINGER_MS, roomView, type RoomSnapshot } from './room-view.js';
import type { Client, ConnectionStatus, SendResult, WebSocketClientConfig } from './types.js';

export type { RoomSnapshot } from './room-view.js';

/**
 * A client for as long as the component is there; another `url`, `tenantId` or token text makes another client. A token function may change with
 * every render: the newest is asked.
 */
export function useWebSocketClient(config: WebSocketClientConfig): WebSocketClient {
  const newest = useRef(config);
  useEffect(() => {
    newest.current = config;
  });
  const fixedToken = typeof config.token === 'string' ? config.token : undefined;
  const client = useMemo(() => {
    const token = fixedToken ?? (() => (newest.current.token as () => string | Promise<string>)());
    return new WebSocketClient({ ...newest.current, url: config.url, ...(config.tenantId !== undefined && { tenantId: config.tenantId }), token, autoConnect: false });
  }, [config.url, config.tenantId, fixedToken]);
  const autoConnect = config.autoConnect ?? true;
  const ending = useRef(new WeakMap<WebSocketClient, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    clearTimeout(ending.current.get(client));
    if (autoConnect) client.connect();
    return () => {
      // Not at once: StrictMode takes every component away and back, and what was asked for must not fail for that.
      ending.current.set(client, setTimeout(() => client.disconnect(), LINGER_MS));
    };
  }, [client, autoConnect]);
  return client;
}

export function useConnectionStatus(client: Client): ConnectionStatus {
  const subscribe = useCallback(
    (changed: () => void) => {
      client.on('status:change', changed);
      return () => void client.off('status:change', changed);
    },
    [client],
  );
  return useSyncExternalStore(subscribe, () => client.getStatus(), () => 'disconnected' as const);
}

export interface UseRoomOptions {
  /** Sent with the join; read at the first one. */
  metadata?: Record<string, unknown>;
  /** How many messages are kept, the newest. Default 200. */
  keep?: number;
}

export interface UseRoom<Payload> extends RoomSnapshot<Payload> {
  status: ConnectionStatus;
  send(payload: Payload, persistent?: boolean): Promise<SendResult>;
}

/**
 * A room while the component is there: who is in it and what was said. Components that use the same room share it; it is left when the last of
 * them is gone.
 */
export function useRoom<Payload = unknown>(client: Client, room: string, options: UseRoomOptions = {}): UseRoom<Payload> {
  const [{ metadata, keep }] = useState(options);
  const view = useMemo(() => roomView(client, room, { metadata, keep: keep ?? 200 }), [client, room, metadata, keep]);
  const snapshot = useSyncExternalStore(view.subscribe, view.snapshot, view.snapshot) as RoomSnapshot<Payload>;
  const status = useConnectionStatus(client);
  const send = useCallback((payload: Payload, persistent = false) => client.sendMessage(room, payload, persistent), [client, room]);
  return { ...snapshot, status, send };
}
