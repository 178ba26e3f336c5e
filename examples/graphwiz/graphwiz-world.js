const MOST_EARLY = 1000;

/**
 * What is known of a room: its players by client id, and its entities by theirs. It only takes in what it is told, and says what was new in it; it
 * knows nothing of sockets, so it is also the thing to test a game against.
 */
export class World {
  /** clientId -> { clientId, displayName, avatarUrl, avatarConfig, position, rotation } */
  players = new Map();
  /** id -> { id, templateId, ownerId, components, position, rotation, sequence, holder } */
  entities = new Map();
  hostClientId = null;

  /** Poses that came before their entity did: they travel on another lane, which may be the faster one. */
  #early = new Map();

  /**
   * Takes a snapshot for the whole truth.
   *
   * @returns {[name, detail][]} events that lead from what was known to the snapshot
   */
  reset({ players = [], entities = [] } = {}) {
    const events = [];
    this.#early.clear();
    for (const id of this.players.keys()) if (!players.some(p => p.clientId === id)) events.push(...this.leave(id));
    for (const id of this.entities.keys()) if (!entities.some(e => e.id === id)) events.push(...this.despawn(id));
    for (const { clientId, ...data } of players) events.push(...this.join(clientId, data));
    for (const { id, position, rotation, ...more } of entities) {
      events.push(...this.spawn({ ...more, entityId: id }));
      if (position) events.push(...this.pose({ entityId: id, position, rotation }));
    }
    return events;
  }

  /** One who is known already is brought up to date, which is how snapshots and replays may overlap. */
  join(clientId, data = {}) {
    const known = this.players.get(clientId);
    const player = { clientId, ...known, ...said(data) };
    this.players.set(clientId, player);
    this.#host(data);
    return [[known ? 'presence' : 'join', player]];
  }

  leave(clientId) {
    const player = this.players.get(clientId);
    this.players.delete(clientId);
    return player ? [['leave', player]] : [];
  }

  /** Of one that is known already, what it is made of now. */
  spawn({ entityId, templateId, ownerId, components = {} }) {
    const known = this.entities.get(entityId);
    const entity = { id: entityId, holder: null, ...known, ...said({ templateId, ownerId }), components };
    this.entities.set(entityId, entity);
    const early = this.#early.get(entityId);
    this.#early.delete(entityId);
    return [[known ? 'update' : 'spawn', entity], ...(early ? this.pose(early) : [])];
  }

  /** Components that are said replace those of the same name. */
  update({ entityId, components = {} }) {
    const entity = this.entities.get(entityId);
    if (!entity) return [];
    entity.components = { ...entity.components, ...components };
    return [['update', entity]];
  }

  despawn(entityId) {
    const entity = this.entities.get(entityId);
    this.entities.delete(entityId);
    return entity ? [['despawn', entity]] : [];
  }

  /** Of an entity that is not known (yet), it is kept until it is; of the thousand latest of those. */
  pose(pose) {
    const { entityId, position, rotation, sequenceNumber } = pose;
    const known = this.entities.get(entityId);
    if (!known) {
      this.#early.delete(entityId);
      this.#early.set(entityId, pose);
      if (this.#early.size > MOST_EARLY) this.#early.delete(this.#early.keys().next().value);
      return [['pose', { id: entityId, position, rotation, sequence: sequenceNumber, isUnknown: true }]];
    }
    if (position) known.position = position;
    if (rotation) known.rotation = rotation;
    known.sequence = sequenceNumber;
    return [['pose', known]];
  }

  hold(entityId, clientId) {
    const entity = this.entities.get(entityId);
    if (entity) entity.holder = clientId;
  }

  #host({ hostClientId }) {
    if (hostClientId) this.hostClientId = hostClientId;
  }
}

/** Without what says nothing: an empty string in protobuf is a field that was left out. */
function said(data) {
  return Object.fromEntries(Object.entries(data).filter(([, v]) => v !== undefined && v !== ''));
}
