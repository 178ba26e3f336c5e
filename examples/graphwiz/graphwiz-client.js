import { Connection } from './graphwiz-connection.js';
import { Outbox, Receipts, uuid } from './graphwiz-delivery.js';
import { Own } from './graphwiz-own.js';
import { Poses } from './graphwiz-poses.js';
import { isCustom, Type } from './graphwiz-protobuf.js';
import { World } from './graphwiz-world.js';

export { Type, World };

/**
 * A client of the graphwiz dialect: one room of avatars, entities and chat over one WebSocket. No dependencies; browsers, and Node with `ws`.
 *
 *   const room = new GraphwizClient('lobby', { url: 'ws://127.0.0.1:9001', userId: 'ada', displayName: 'Ada' });
 *   room.on('chat', ({ fromClientId, message }) => …);
 *   room.on('pose', entity => draw(entity));
 *   room.connect();
 *   room.spawn('ada-1', 'avatar', { color: 'teal' });
 *   room.move('ada-1', { x: 1, y: 0, z: 2 });
 *
 * - It comes back with full jitter, keeps its client id, and says again what is its own: who it is, its entities, where they are.
 * - Chat, entities and presence arrive: what the server has not acknowledged is said again under the same id, and what comes twice is told once.
 * - Poses do not wait: of each entity the newest is sent, as often as `posesPerSecond` allows, and none while the socket is behind.
 *
 * `room.world` is what is known of the room. Events: `state` (`connecting`, `open`, `waiting`, `closed`), `welcome`, `join`, `leave`, `presence`,
 * `spawn`, `update`, `despawn`, `pose`, `chat`, `emoji`, `grab`, `release`, `voice`, `kicked`, `muted`, `locked`, `custom`, `error`, `undelivered` for
 * what was given up, `message` for everything in its raw form, `malformed` for what could not be read.
 */
export class GraphwizClient {
  world = new World();
  clientId;

  #room;
  #options;
  #listeners = new Map();
  #own = new Own(this.world);
  #connection;
  #poses;
  #outbox;
  #receipts;
  #greeted = false;

  /**
   * @param {string} room
   * @param {object} options
   *   url             where the server is; the page's own origin by default
   *   userId          enough for a development server
   *   token           an access token, or a function that fetches one and is asked before every connect
   *   auth            where the token travels: 'query' (default, as the seed has it), 'header' (Node only) or 'hello' (in the ClientHello)
   *   clientId        who this client is in the room; made up by default, and kept over reconnects
   *   displayName
   *   framing         'protobuf' (default) or 'hub'
   *   ack             false for servers other than Earshot: nothing is acknowledged then, and nothing said again
   *   posesPerSecond  of one entity, 60; the server takes 100 messages a second in all
   *   maxWaiting      reliable messages that may wait for their acknowledgement, 1000
   *   WebSocket       a constructor; `globalThis.WebSocket` by default (Node 20 has none: pass that of `ws`)
   *   random, now, setTimeout, clearTimeout  for tests
   */
  constructor(room, options = {}) {
    if (!room) throw new TypeError('room: missing (expected: the id of a room)');
    this.#room = room;
    this.#options = {
      url: globalThis.location?.origin?.replace(/^http/, 'ws'),
      WebSocket: globalThis.WebSocket,
      auth: 'query', framing: 'protobuf', ack: true, displayName: '', posesPerSecond: 60, maxWaiting: 1000, pingMillis: 25_000,
      random: Math.random,
      now: () => Date.now(),
      setTimeout: (f, ms) => setTimeout(f, ms),
      clearTimeout: t => clearTimeout(t),
      ...options,
    };
    const { url, WebSocket, framing, auth } = this.#options;
    if (!url) throw new TypeError('url: missing (expected: ws://host:port)');
    if (!WebSocket) throw new TypeError('WebSocket: missing (expected: a constructor; Node 20 has none, pass that of ws)');
    if (!['protobuf', 'hub'].includes(framing)) throw new TypeError(`framing: ${framing} (expected: protobuf or hub)`);
    if (!['query', 'header', 'hello'].includes(auth)) throw new TypeError(`auth: ${auth} (expected: query, header or hello)`);
    this.clientId = this.#options.clientId || uuid();
    const now = (type, payload) => this.#greeted && this.#connection.write(this.#message(type, payload));
    this.#connection = new Connection(() => this.#address(), this.#options, this.#events());
    this.#poses = new Poses(this.#options, this.#connection, now);
    this.#outbox = new Outbox(this.#options, message => this.#connection.write(message), message => this.#emit('undelivered', message));
    this.#receipts = new Receipts(this.#options, messageIds => now(Type.ACK, { messageIds }));
  }

  #address() {
    const { url, userId, displayName, ack } = this.#options;
    const query = new URLSearchParams({ client_id: this.clientId });
    if (userId) query.set('user_id', userId);
    if (displayName) query.set('display_name', displayName);
    if (ack) query.set('ack', '1');
    return `${url.replace(/\/$/, '')}/ws/${encodeURIComponent(this.#room)}?${query}`;
  }

  #events() {
    return {
      onState: state => this.#emit('state', state),
      onOpen: authToken => this.#connection.write(this.#message(Type.CLIENT_HELLO, this.#hello(authToken))),
      onMessage: message => this.#onMessage(message),
      onMalformed: error => this.#emit('malformed', error),
      onLost: () => this.#onLost(),
      onFinal: (code, reason) => this.#emit('error', { code, message: reason || 'The connection was closed for good', refMessageId: '' }),
    };
  }

  #hello(authToken) {
    return { clientId: this.clientId, displayName: this.#options.displayName, authToken, requestedRoom: this.#room };
  }

  /** Returns a function that takes the listener away. */
  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return () => this.#listeners.get(name).delete(listener);
  }

  connect() {
    this.#connection.connect();
  }

  /** Final: it does not come back until {@link connect}. What waits stays waiting. */
  disconnect() {
    this.#connection.disconnect();
  }

  // ---- what it says

  /** Returns the message's id, or null when too much is waiting already. */
  chat(message, { shout = false } = {}) {
    return this.#say(Type.CHAT_MESSAGE, { ...this.#from(), message, timestamp: this.#options.now(), type: shout ? 2 : 0 });
  }

  /** To one client; without an addressee everybody hears it, marked as a whisper. */
  whisper(message, toClientId = '') {
    return this.#say(Type.CHAT_MESSAGE, { ...this.#from(), message, timestamp: this.#options.now(), type: 1, ...(toClientId ? { toClientId } : {}) });
  }

  spawn(entityId, templateId, components = {}) {
    const entity = { entityId, templateId, ownerId: this.#options.userId ?? this.clientId, components };
    this.#own.spawned(entity);
    this.world.spawn(entity);
    return this.#say(Type.ENTITY_SPAWN, entity);
  }

  update(entityId, components) {
    this.#own.updated(entityId, components);
    this.world.update({ entityId, components });
    return this.#say(Type.ENTITY_UPDATE, { entityId, components });
  }

  despawn(entityId) {
    this.#own.gone(entityId);
    this.#poses.forget(entityId);
    this.world.despawn(entityId);
    return this.#say(Type.ENTITY_DESPAWN, { entityId });
  }

  /** Where an entity is now. Of what is said between two sendings only the newest goes out. */
  move(entityId, position, rotation = { x: 0, y: 0, z: 0, w: 1 }) {
    this.world.pose({ entityId, position, rotation });
    this.#own.moved(entityId);
    this.#poses.put({ entityId, position, rotation });
  }

  /** What others should know of this client: `displayName`, `avatarUrl`, `avatarConfig`, `position`, `rotation`. */
  present(data) {
    return this.#say(Type.PRESENCE_UPDATE, { clientId: this.clientId, eventType: 2, data: this.#own.presented(data) });
  }

  emoji(emoji, position) {
    return this.#say(Type.EMOJI_REACTION, { ...this.#from(), emoji, position, timestamp: this.#options.now(), reactionId: uuid() });
  }

  grab(entityId, position) {
    return this.#say(Type.OBJECT_GRAB, { entityId, clientId: this.clientId, position, timestamp: this.#options.now() });
  }

  release(entityId, position, velocity = { x: 0, y: 0, z: 0 }) {
    return this.#say(Type.OBJECT_RELEASE, { entityId, clientId: this.clientId, position, velocity, timestamp: this.#options.now() });
  }

  /** A frame of sound; protobuf only. Nothing waits: what cannot be sent now is dropped. */
  voice(audioData, sequenceNumber, codec = 0) {
    if (this.#greeted) this.#connection.write(this.#message(Type.VOICE_DATA, { ...this.#from(), audioData, sequenceNumber, codec }));
  }

  /** For the room's host, moderators and admins. */
  kick(targetClientId, reason = '') {
    return this.#say(Type.KICK_PLAYER, { targetClientId, reason });
  }

  mute(targetClientId, muted = true, reason = '') {
    return this.#say(Type.MUTE_PLAYER, { targetClientId, muted, reason });
  }

  lock(locked = true, reason = '') {
    return this.#say(Type.LOCK_ROOM, { locked, reason });
  }

  /** A type of your own, 100 to 199, with any JSON. */
  custom(type, payload) {
    if (!isCustom(type)) throw new TypeError(`type: ${type} (expected: 100 to 199)`);
    return this.#say(type, payload);
  }

  /** How many messages wait for a connection or an acknowledgement. */
  get waiting() {
    return this.#outbox.size;
  }

  #from() {
    return { fromClientId: this.clientId };
  }

  #say(type, payload) {
    return this.#outbox.add(this.#message(type, payload), this.#greeted);
  }

  #message(type, payload) {
    return { messageId: uuid(), timestamp: this.#options.now(), type, payload };
  }

  // ---- what it hears

  #onMessage(message) {
    const { type, payload, timestamp, messageId } = message;
    if (this.#options.ack && isReliable(type) && messageId && !this.#receipts.take(messageId)) return;
    this.#emit('message', message);
    const at = { at: timestamp };
    switch (type) {
      case Type.SERVER_HELLO: return this.#onHello(payload);
      case Type.PRESENCE_JOIN: case Type.PRESENCE_LEAVE: case Type.PRESENCE_UPDATE: return this.#onPresence(payload);
      case Type.ENTITY_SPAWN: return this.#all(this.world.spawn(payload));
      case Type.ENTITY_UPDATE: return this.#all(this.world.update(payload));
      case Type.ENTITY_DESPAWN: return this.#onDespawn(payload.entityId);
      case Type.POSITION_UPDATE:
        this.#own.movedByOthers(payload.entityId);
        return this.#all(this.world.pose(payload));
      case Type.CHAT_MESSAGE: return this.#emit('chat', { messageId, ...payload, ...at });
      case Type.EMOJI_REACTION: return this.#emit('emoji', payload);
      case Type.OBJECT_GRAB:
        this.world.hold(payload.entityId, payload.clientId);
        return this.#emit('grab', payload);
      case Type.OBJECT_RELEASE:
        this.world.hold(payload.entityId, null);
        return this.#emit('release', payload);
      case Type.VOICE_DATA: return this.#emit('voice', payload);
      case Type.PLAYER_KICKED: return this.#emit('kicked', payload);
      case Type.PLAYER_MUTED: return this.#emit('muted', payload);
      case Type.ROOM_LOCKED: return this.#emit('locked', payload);
      case Type.ACK: return (payload.messageIds ?? []).forEach(id => this.#outbox.acknowledged(id));
      case Type.ERROR: return this.#onError(payload);
      default: if (isCustom(type)) this.#emit('custom', { type, payload, ...at });
    }
  }

  #onHello({ assignedClientId, roomId, serverVersion, initialState }) {
    if (this.#greeted) return;
    this.#connection.works();
    if (assignedClientId) this.clientId = assignedClientId;
    const events = [...this.world.reset(this.#own.over(initialState)), ...this.#own.unheard(this.#outbox.pending())];
    this.#emit('state', 'open');
    this.#emit('welcome', { clientId: this.clientId, roomId, serverVersion, world: this.world });
    this.#all(events);
    this.#sayOwn();
    this.#greeted = true;
    this.#outbox.resume();
    this.#poses.open();
  }

  #sayOwn() {
    if (this.#own.looks) this.present({});
    for (const entity of this.#own.spawns()) this.#say(Type.ENTITY_SPAWN, entity);
    this.#sayPlaces();
  }

  #sayPlaces() {
    for (const pose of this.#own.places()) if (!this.#poses.has(pose.entityId)) this.#poses.put(pose);
  }

  #onLost() {
    this.#greeted = false;
    this.#poses.close();
    this.#outbox.pause();
    this.#receipts.forgetWaiting();
  }

  #onDespawn(entityId) {
    this.#own.gone(entityId);
    this.#poses.forget(entityId);
    this.#outbox.forget(({ payload }) => payload.entityId === entityId);
    this.#all(this.world.despawn(entityId));
  }

  #onPresence({ clientId, eventType, data = {} }) {
    if (eventType === 1) this.#all(this.world.leave(clientId));
    else if (clientId !== this.clientId) this.#all(this.world.join(clientId, data));
    else if (data.hostClientId) this.world.hostClientId = data.hostClientId;
  }

  /** 429 and 503 pass; anything else is meant for good. A pose that was too much is not said again by itself, and may have been the last. */
  #onError(error) {
    if (error.refMessageId && ![429, 503].includes(error.code)) this.#outbox.acknowledged(error.refMessageId);
    if (error.code === 429) this.#options.setTimeout(() => this.#sayPlaces(), 1000);
    this.#emit('error', error);
  }

  #all(events) {
    for (const [name, detail] of events) this.#emit(name, detail);
  }

  #emit(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) listener(detail);
  }
}

const isReliable = type =>
  ![Type.CLIENT_HELLO, Type.SERVER_HELLO, Type.POSITION_UPDATE, Type.VOICE_DATA, Type.ACK, Type.ERROR, Type.PING].includes(type);
