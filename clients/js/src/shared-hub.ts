import { WebSocketClient } from './client.js';
import { uuid } from './ids.js';
import { holdLock, whenGone } from './locks.js';
import { SharedRooms } from './shared-rooms.js';
import { EVENTS_ABOUT_ROOMS, type FromTab, type FromWorker, type PortableConfig } from './shared-protocol.js';
import { within } from './time.js';
import { RequestError, type PresenceStatus } from './types.js';

const TOKEN_MS = 20_000;

/** A tab as the worker sees it. */
export interface Tab {
  send(message: FromWorker): void;
}

/** The side of the worker: connections, each shared by the tabs that named the same session. */
export class SharedHub {
  readonly #sessions = new Map<string, SharedSession>();
  readonly #lock = holdLock(`websocket-client worker ${uuid()}`);
  readonly #newClient: (config: PortableConfig, token: () => Promise<string>) => WebSocketClient;

  constructor(newClient = (config: PortableConfig, token: () => Promise<string>): WebSocketClient => new WebSocketClient({ ...config, token, autoConnect: false })) {
    this.#newClient = newClient;
  }

  /** Takes a tab. Messages that are not ours are passed over. */
  attach(port: MessagePort): void {
    const tab: Tab = { send: message => port.postMessage(message) };
    let session: SharedSession | undefined;
    let stopWatching = (): void => undefined;
    const leave = (): void => {
      stopWatching();
      session?.remove(tab);
      session = undefined;
      port.close();
    };
    port.onmessage = async ({ data }: MessageEvent<FromTab>) => {
      switch (data?.type) {
        case 'hello': {
          if (session !== undefined) return;
          const joined = (session = this.#session(data.session, data.config));
          stopWatching = whenGone(data.lock, leave);
          const lock = await this.#lock;
          if (session === joined) joined.add(tab, lock);
          return;
        }
        case 'bye':
          leave();
          return;
        default:
          session?.onMessage(tab, data);
      }
    };
    port.start();
  }

  #session(name: string, config: PortableConfig): SharedSession {
    let session = this.#sessions.get(name);
    if (session === undefined) {
      session = new SharedSession(token => this.#newClient(config, token), () => this.#sessions.delete(name));
      this.#sessions.set(name, session);
    }
    return session;
  }
}

/** One connection and its tabs. It begins with the first tab and ends with the last. */
class SharedSession {
  readonly #client: WebSocketClient;
  readonly #rooms: SharedRooms;
  readonly #tabs = new Set<Tab>();
  readonly #tokens = new Map<number, { resolve(token: string): void; reject(error: Error): void }>();
  readonly #ended: () => void;
  #lastToken = 0;
  #established: unknown;

  constructor(newClient: (token: () => Promise<string>) => WebSocketClient, ended: () => void) {
    this.#ended = ended;
    this.#client = newClient(() => this.#askForToken());
    this.#rooms = new SharedRooms(this.#client);
    this.#client.onAny((name, args) => this.#onEvent(name, args));
  }

  add(tab: Tab, lock: string | undefined): void {
    this.#tabs.add(tab);
    this.#client.connect();
    tab.send({ type: 'welcome', status: this.#client.getStatus(), established: this.#client.isConnected() ? this.#established : undefined, lock });
  }

  remove(tab: Tab): void {
    if (!this.#tabs.delete(tab)) return;
    if (this.#tabs.size > 0) {
      void this.#rooms.leaveAll(tab);
      return;
    }
    this.#ended();
    this.#client.disconnect();
  }

  onMessage(tab: Tab, message: FromTab): void {
    switch (message?.type) {
      case 'call':
        void this.#call(tab, message);
        return;
      case 'token':
        this.#tokens.get(message.id)?.resolve(message.token);
        return;
      case 'token-failed':
        this.#tokens.get(message.id)?.reject(new Error(message.error));
        return;
    }
  }

  async #call(tab: Tab, { id, method, args }: Extract<FromTab, { type: 'call' }>): Promise<void> {
    try {
      tab.send({ type: 'result', id, value: await this.#do(tab, method, args) });
    } catch (error) {
      tab.send({ type: 'failure', id, code: error instanceof RequestError ? error.code : String(error), request: method });
    }
  }

  #do(tab: Tab, method: Extract<FromTab, { type: 'call' }>['method'], args: unknown[]): unknown {
    const room = String(args[0]);
    switch (method) {
      case 'joinRoom':
        return this.#rooms.join(tab, room, args[1] as Record<string, unknown> | undefined);
      case 'leaveRoom':
        return this.#rooms.leave(tab, room);
      case 'sendMessage':
        if (!this.#rooms.has(tab, room)) return { success: false, error: 'NOT_IN_ROOM' };
        return this.#client.sendMessage(room, args[1], args[2] === true);
      case 'queryPresence':
        return this.#rooms.has(tab, room) ? this.#client.queryPresence(room) : [];
      case 'queryRooms':
        return this.#rooms.of(tab);
      case 'setPresenceStatus':
        return this.#client.setPresenceStatus(args[0] as PresenceStatus, args[1] as Record<string, unknown> | undefined);
      case 'heartbeat':
        return this.#client.heartbeat(args[0] as PresenceStatus | undefined);
      case 'setToken':
        return this.#client.setToken(() => this.#askForToken()); // the tab has the new one
      case 'connect':
        return this.#client.connect();
    }
  }

  /** Any tab may have a fresh one; the first that answers. */
  #askForToken(): Promise<string> {
    const id = ++this.#lastToken;
    const answer = new Promise<string>((resolve, reject) => {
      let refusals = 0;
      this.#tokens.set(id, { resolve, reject: error => ++refusals >= this.#tabs.size && reject(error) });
      for (const tab of this.#tabs) tab.send({ type: 'token?', id });
    });
    return within(TOKEN_MS, answer).finally(() => this.#tokens.delete(id));
  }

  #onEvent(name: string, args: unknown[]): void {
    if (name === 'connection:established') {
      this.#established = args[0];
      this.#rooms.tenant = String((args[0] as { tenantId?: unknown }).tenantId ?? '');
    }
    const room = (args[0] as { room?: unknown } | undefined)?.room;
    const audience = EVENTS_ABOUT_ROOMS.has(name) && typeof room === 'string' ? this.#rooms.onEvent(name, room, args[0]) : this.#tabs;
    for (const tab of audience) tab.send({ type: 'event', name, args: args.filter(arg => typeof arg !== 'function') });
  }
}
