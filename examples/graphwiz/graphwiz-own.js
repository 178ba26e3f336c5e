import { Type } from './graphwiz-protobuf.js';

/** What is this client's to say, and to say again after a return: its looks, its entities, and where what it moved last is. */
export class Own {
  #world;
  #looks = null;
  #spawned = new Map(); // entity id -> the payload of its spawn, brought up to date
  #moved = new Set();

  constructor(world) {
    this.#world = world;
  }

  spawned(entity) {
    this.#spawned.set(entity.entityId, entity);
  }

  updated(entityId, components) {
    const entity = this.#spawned.get(entityId);
    if (entity) entity.components = { ...entity.components, ...components };
  }

  gone(entityId) {
    this.#spawned.delete(entityId);
    this.#moved.delete(entityId);
  }

  moved(entityId) {
    this.#moved.add(entityId);
  }

  /** Somebody else moves it now: where it is, is theirs to say. */
  movedByOthers(entityId) {
    this.#moved.delete(entityId);
  }

  presented(data) {
    this.#looks = { ...this.#looks, ...data };
    return this.#looks;
  }

  get looks() {
    return this.#looks;
  }

  spawns() {
    return this.#spawned.values();
  }

  /** Of what is ours we know better than a snapshot: a server may remember it from before, or not at all. */
  over({ players, entities = [] } = {}) {
    const known = entities.map(e => ({ ...e, ...this.#spawned.get(e.id), ...(this.#moved.has(e.id) ? this.#place(e.id) : {}) }));
    const missing = [...this.#spawned.values()].filter(own => !entities.some(e => e.id === own.entityId));
    return { players, entities: [...known, ...missing.map(own => ({ ...this.#world.entities.get(own.entityId), ...own, id: own.entityId }))] };
  }

  /** What the server has not heard yet is not in its snapshot, but true. */
  unheard(messages) {
    const events = [];
    for (const { type, payload } of messages) {
      if (type === Type.ENTITY_SPAWN) events.push(...this.#world.spawn(payload));
      if (type === Type.ENTITY_UPDATE) events.push(...this.#world.update(payload));
      if (type === Type.ENTITY_DESPAWN) events.push(...this.#world.despawn(payload.entityId));
    }
    return events;
  }

  /** Poses of what it moved last. */
  *places() {
    for (const entityId of this.#moved) {
      const place = this.#place(entityId);
      if (place.position) yield { entityId, ...place };
      else this.#moved.delete(entityId);
    }
  }

  #place(entityId) {
    const { position, rotation } = this.#world.entities.get(entityId) ?? {};
    return position ? { position, rotation } : {};
  }
}
