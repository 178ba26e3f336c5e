import type { WebSocketClient } from './client.js';
import { joinedAs } from './rooms.js';
import type { Tab } from './shared-hub.js';
import type { JoinResult, LeaveResult, Message, PresenceInfo } from './types.js';

/** Messages that are kept per room for tabs that join later; the server's own replay has 50 by default. */
const KEPT = 100;

/** A room that the worker is in for one tab or more. */
interface SharedRoom {
  readonly name: string;
  readonly tabs: Set<Tab>;
  readonly messages: Message[];
  presence: PresenceInfo[];
  joining: Promise<JoinResult>;
}

/**
 * Which tabs are in which rooms. The server sees one join, with the first tab, and one leave, after the last; a later tab gets from memory
 * what the server would tell it.
 */
export class SharedRooms {
  readonly #client: WebSocketClient;
  readonly #rooms = new Map<string, SharedRoom>();
  /** By the token; a server may put it before the names of rooms. */
  tenant = '';

  constructor(client: WebSocketClient) {
    this.#client = client;
  }

  async join(tab: Tab, name: string, metadata: Record<string, unknown> | undefined): Promise<JoinResult> {
    const known = this.#rooms.get(name);
    if (known === undefined) return this.#open(tab, name, metadata);
    const result = await known.joining;
    if (!result.success || this.#rooms.get(name) !== known) return result.success ? this.join(tab, name, metadata) : result;
    known.tabs.add(tab);
    this.#welcome(tab, known, metadata);
    return result;
  }

  async leave(tab: Tab, name: string): Promise<LeaveResult> {
    const room = this.#rooms.get(name);
    if (room === undefined || !room.tabs.delete(tab)) return { success: true };
    if (room.tabs.size === 0) {
      this.#rooms.delete(name);
      tab.send({ type: 'event', name: 'room:left', args: [{ room: name }] });
      return this.#client.leaveRoom(name);
    }
    tab.send({ type: 'event', name: 'room:left', args: [{ room: name }] });
    return { success: true };
  }

  async leaveAll(tab: Tab): Promise<void> {
    for (const name of this.of(tab)) await this.leave(tab, name);
  }

  has(tab: Tab, name: string): boolean {
    return this.#rooms.get(name)?.tabs.has(tab) === true;
  }

  of(tab: Tab): string[] {
    return [...this.#rooms.values()].filter(room => room.tabs.has(tab)).map(room => room.name);
  }

  /** Remembers what later tabs want to know, and tells who hears it. */
  onEvent(event: string, name: string, data: unknown): Iterable<Tab> {
    const room = this.#find(name);
    if (room === undefined) return [];
    switch (event) {
      case 'room:message':
        room.messages.push(data as Message);
        if (room.messages.length > KEPT) room.messages.shift();
        break;
      case 'presence:update':
        room.presence = (data as { presence: PresenceInfo[] }).presence;
        break;
      case 'presence:join': {
        const { user } = data as { user: PresenceInfo };
        room.presence = [...room.presence.filter(other => other.userId !== user.userId), user];
        break;
      }
      case 'presence:leave':
        room.presence = room.presence.filter(other => other.userId !== (data as { userId: string }).userId);
        break;
      case 'room:lost':
        this.#rooms.delete(room.name);
        break;
    }
    return room.tabs;
  }

  async #open(tab: Tab, name: string, metadata: Record<string, unknown> | undefined): Promise<JoinResult> {
    const joining = this.#client.joinRoom(name, metadata);
    const room: SharedRoom = { name, tabs: new Set([tab]), messages: [], presence: [], joining };
    this.#rooms.set(name, room);
    const result = await joining.catch(error => ({ success: false, error: String(error) }));
    if (!result.success && this.#rooms.get(name) === room) this.#rooms.delete(name);
    return result;
  }

  #welcome(tab: Tab, room: SharedRoom, metadata: Record<string, unknown> | undefined): void {
    const tell = (name: string, data: unknown): void => tab.send({ type: 'event', name, args: [data] });
    tell('room:joined', { room: room.name, ...(metadata !== undefined && { metadata }) });
    tell('presence:update', { room: room.name, presence: room.presence });
    if (metadata?.['replay'] === false) return;
    for (const message of room.messages) tell('room:message', { ...message, replayed: true });
  }

  #find(name: string): SharedRoom | undefined {
    const spelling = joinedAs(name, this.tenant, one => this.#rooms.has(one));
    return spelling === undefined ? undefined : this.#rooms.get(spelling);
  }
}
