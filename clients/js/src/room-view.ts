import type { Client, Message, PresenceInfo, WebSocketClientEvents } from './types.js';

/** What a page shows of a room. Replaced as a whole when anything changes. */
export interface RoomSnapshot<Payload = unknown> {
  joined: boolean;
  /** Why the room could not be joined, or was lost. */
  error: string | undefined;
  /** The newest, in the room's order. */
  messages: ReadonlyArray<Message<Payload>>;
  presence: ReadonlyArray<PresenceInfo>;
}

export interface RoomView {
  subscribe(changed: () => void): () => void;
  snapshot(): RoomSnapshot;
}

export interface RoomViewOptions {
  metadata: Record<string, unknown> | undefined;
  keep: number;
}

const NOTHING: RoomSnapshot = { joined: false, error: undefined, messages: [], presence: [] };
/** A room is left a moment after its last watcher, so that a page which mounts anew (as React's StrictMode does) stays in. */
export const LINGER_MS = 100;

const views = new WeakMap<Client, Map<string, RoomView>>();

/** The one view of a room of a client; joined with the first watcher, left after the last. */
export function roomView(client: Client, room: string, options: RoomViewOptions): RoomView {
  let ofClient = views.get(client);
  if (ofClient === undefined) views.set(client, (ofClient = new Map()));
  let view = ofClient.get(room);
  if (view === undefined) ofClient.set(room, (view = open(client, room, options)));
  return view;
}

function open(client: Client, room: string, { metadata, keep }: RoomViewOptions): RoomView {
  const watchers = new Set<() => void>();
  let now = NOTHING;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let isIn = false;
  let joining = false;

  const show = (change: Partial<RoomSnapshot>): void => {
    now = { ...now, ...change };
    for (const changed of watchers) changed();
  };
  const mine = (name: string): boolean => client.joinedAs(name) === room;
  const without = (userId: string): PresenceInfo[] => now.presence.filter(user => user.userId !== userId);

  const join = (): void => {
    if (joining) return;
    joining = true;
    const done = (error: string | undefined): void => {
      joining = false;
      if (isIn && error !== undefined) show({ joined: false, error });
    };
    client.joinRoom(room, metadata).then(
      result => done(result.success ? undefined : (result.error ?? 'refused')),
      error => done(String(error)),
    );
  };

  const listeners: Partial<WebSocketClientEvents> = {
    // After a disconnect() in between: what failed then is worth another try.
    'status:change': status => status === 'connected' && !now.joined && join(),
    'room:message': message => {
      if (mine(message.room) && !now.messages.some(other => other.id === message.id)) show({ messages: [...now.messages, message].slice(-keep) });
    },
    'room:joined': data => mine(data.room) && show({ joined: true, error: undefined }),
    'room:lost': data => mine(data.room) && show({ joined: false, error: data.error }),
    'presence:update': data => mine(data.room) && show({ presence: data.presence }),
    'presence:join': data => mine(data.room) && show({ presence: [...without(data.user.userId), data.user] }),
    'presence:leave': data => mine(data.room) && show({ presence: without(data.userId) }),
  };
  const each = (verb: 'on' | 'off'): void => {
    for (const [event, listener] of Object.entries(listeners)) client[verb](event as 'room:message', listener as WebSocketClientEvents['room:message']);
  };

  const enter = (): void => {
    isIn = true;
    each('on');
    join();
  };
  const leave = (): void => {
    isIn = false;
    each('off');
    now = NOTHING;
    void client.leaveRoom(room);
  };

  return {
    subscribe(changed) {
      clearTimeout(leaving);
      watchers.add(changed);
      if (!isIn) enter();
      return () => {
        watchers.delete(changed);
        if (watchers.size === 0) leaving = setTimeout(leave, LINGER_MS);
      };
    },
    snapshot: () => now,
  };
}
