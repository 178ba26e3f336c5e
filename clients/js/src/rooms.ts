import type { Message } from './types.js';

/** Ids that are remembered per room, to tell a message once; more than a server replays at most after a drop. */
const MOST_SEEN = 1000;

/** A room that the application wants to be in. */
export interface Room {
  readonly name: string;
  readonly metadata: Record<string, unknown> | undefined;
  /** The server has said that we are in. */
  joined: boolean;
  /** The place up to which its messages were told, in the words of a join's `replay`: exact where the server numbers its events. */
  last: { after: string } | { afterId: string } | undefined;
  readonly seen: Set<string>;
}

/** The spelling of the join for a room that the server calls `name`: it may put the tenant before it, or leave it out. */
export function joinedAs(name: string, tenant: string, isJoined: (name: string) => boolean): string | undefined {
  if (isJoined(name)) return name;
  if (tenant === '') return undefined;
  const prefix = tenant + ':';
  const other = name.startsWith(prefix) ? name.slice(prefix.length) : prefix + name;
  return isJoined(other) ? other : undefined;
}

/** Which rooms are joined, and how far each was heard, so that a new connection can go on where the old one ended. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  #tenant = '';

  /** The tenant by the token; a server may put it before the names of rooms. */
  set tenant(tenant: string) {
    this.#tenant = tenant;
  }

  /** Joined again by the application: history may be told once more. */
  want(name: string, metadata: Record<string, unknown> | undefined): Room {
    const before = this.find(name);
    const room: Room = { name, metadata, joined: before?.joined ?? false, last: before?.last, seen: new Set() };
    if (before !== undefined) this.#rooms.delete(before.name);
    this.#rooms.set(name, room);
    return room;
  }

  /** Not when the application has joined it anew meanwhile. */
  forget(room: Room): void {
    if (this.#rooms.get(room.name) === room) this.#rooms.delete(room.name);
  }

  /** By the name of the join, or by the one that the server gave it. */
  find(name: string): Room | undefined {
    const spelling = joinedAs(name, this.#tenant, one => this.#rooms.has(one));
    return spelling === undefined ? undefined : this.#rooms.get(spelling);
  }

  joined(): Room[] {
    return [...this.#rooms.values()].filter(room => room.joined);
  }

  /** Whether the message is new; it is remembered as told. */
  isNew(message: Message, offset?: string): boolean {
    const room = this.find(message.room);
    if (room === undefined || typeof message.id !== 'string') return true;
    if (room.seen.has(message.id)) return false;
    room.seen.add(message.id);
    if (room.seen.size > MOST_SEEN) room.seen.delete(room.seen.values().next().value as string);
    room.last = offset === undefined ? { afterId: message.id } : { after: offset };
    return true;
  }
}
