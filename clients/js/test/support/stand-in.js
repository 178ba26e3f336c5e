// The seed's events on npm's own Socket.IO server, in one file: what the client is tested against beside Earshot itself. It does what the seed and
// Earshot promise, connection state recovery, replay and keys included; it keeps everything in memory.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { jwt, verify } from './tokens.js';

const SECRET = 'a-secret-of-the-tests-of-forty-characters-or-so';

export class StandIn {
  #rooms = new Map(); // qualified name -> { log, users: Map user -> Set of socket ids, keys }
  name = 'socket.io';

  token(user, { tenant = 'acme', ...claims } = {}) {
    return jwt({ userId: user, tenantId: tenant, ...claims }, SECRET);
  }

  /** Also after {@link stop}: the rooms are as they were, the sessions are gone. */
  async start(port = 0) {
    this.requests = [];
    this.http = createServer();
    this.io = new Server(this.http, {
      cors: { origin: true },
      pingInterval: 1000,
      pingTimeout: 1000,
      connectionStateRecovery: { maxDisconnectionDuration: 60_000, skipMiddlewares: false },
    });
    this.io.use((socket, next) => {
      try {
        socket.data = { ...socket.data, ...verify(socket.handshake.auth.token, SECRET) };
        next();
      } catch (error) {
        next(error);
      }
    });
    this.io.on('connection', socket => this.#onConnection(socket));
    await new Promise(done => this.http.listen(port, '127.0.0.1', done));
    this.port = this.http.address().port;
    return this;
  }

  /** As a crash: connections end without a word. */
  async stop() {
    for (const socket of this.io.of('/').sockets.values()) socket.conn.close(true);
    this.io.engine.close();
    this.http.closeAllConnections();
    await new Promise(done => this.http.close(done));
  }

  restart(reconnectIn) {
    this.io.emit('system:restart', { reason: 'Server shutting down', reconnectIn });
  }

  #room(qualified) {
    if (!this.#rooms.has(qualified)) this.#rooms.set(qualified, { log: [], users: new Map(), keys: new Map() });
    return this.#rooms.get(qualified);
  }

  #onConnection(socket) {
    const { userId, tenantId } = socket.data;
    const qualified = room => (room.startsWith(tenantId + ':') ? room : `${tenantId}:${room}`);
    const spelling = (socket.data.spelling ??= {}); // qualified name -> as joined
    const presence = room => [...this.#room(room).users].map(([user, { status, metadata }]) => ({ userId: user, status, lastSeen: Date.now(), ...(metadata && { metadata }) }));
    const requests = this.requests;
    const serve = (name, handler) =>
      socket.on(name, (...args) => {
        const ack = typeof args.at(-1) === 'function' ? args.pop() : () => {};
        requests.push([name, args[0]]);
        handler(args[0], ack);
      });

    socket.emit('connection:established', { connectionId: `${tenantId}:${userId}:${socket.id}`, tenantId });

    serve('room:join', ({ room, metadata, replay }, ack) => {
      if (room === 'forbidden') return ack({ success: false, error: 'Unauthorized' });
      const q = qualified(room);
      spelling[q] = room;
      const { users, log } = this.#room(q);
      const here = users.get(userId) ?? { status: 'online', sockets: new Set() };
      if (here.sockets.size === 0) socket.to(q).emit('presence:join', { room, user: { userId, status: 'online', lastSeen: Date.now() } });
      here.sockets.add(socket.id);
      users.set(userId, here);
      socket.join(q);
      socket.emit('room:joined', { room, ...(metadata && { metadata }) });
      ack({ success: true });
      socket.emit('presence:update', { room, presence: presence(q) });
      for (const message of this.#replay(log, replay)) socket.emit('room:message', { ...message, room, replayed: true });
    });
    serve('room:leave', ({ room }, ack) => {
      this.#leave(socket, qualified(room), room);
      socket.emit('room:left', { room });
      ack({ success: true });
    });
    serve('room:send', ({ room, payload, persistent, idempotencyKey: key }, ack) => {
      const q = qualified(room);
      const { log, keys } = this.#room(q);
      if (!socket.rooms.has(q)) {
        ack({ success: false, error: 'NOT_IN_ROOM' });
        return socket.emit('system:error', { code: 'NOT_IN_ROOM', message: 'You are not a member of this room' });
      }
      if (keys.has(key)) return ack({ success: true, messageId: keys.get(key) });
      const message = { id: randomUUID(), room, from: userId, payload, timestamp: Date.now() };
      if (key) keys.set(key, message.id);
      log.push({ ...message, persistent });
      this.io.to(q).emit('room:message', message);
      ack({ success: true, messageId: message.id });
    });
    serve('query:presence', ({ room }, ack) => ack({ presence: socket.rooms.has(qualified(room)) ? presence(qualified(room)) : [] }));
    serve('query:rooms', (_, ack) => ack({ rooms: [...socket.rooms].filter(room => room !== socket.id).map(room => spelling[room] ?? room) }));
    serve('presence:status', ({ status, metadata }) => {
      for (const q of socket.rooms) {
        const here = this.#rooms.get(q)?.users.get(userId);
        if (!here) continue;
        Object.assign(here, { status, metadata: metadata && { ...here.metadata, ...metadata } });
        this.io.to(q).emit('presence:update', { room: spelling[q], presence: presence(q) });
      }
    });
    serve('auth:refresh', ({ token }, ack) => {
      try {
        verify(token, SECRET);
        ack({ success: true });
      } catch (error) {
        ack({ success: false, error: error.message });
      }
    });
    socket.on('disconnecting', reason => {
      // Who may come back and be recovered is not gone.
      if (reason === 'client namespace disconnect') for (const q of socket.rooms) this.#leave(socket, q, spelling[q] ?? q);
    });
  }

  #leave(socket, q, room) {
    const here = this.#rooms.get(q)?.users.get(socket.data.userId);
    here?.sockets.delete(socket.id);
    if (here?.sockets.size === 0) {
      this.#rooms.get(q).users.delete(socket.data.userId);
      socket.to(q).emit('presence:leave', { room, userId: socket.data.userId });
    }
    socket.leave(q);
  }

  #replay(log, replay) {
    const from = log.findIndex(message => message.id === replay?.afterId);
    const missed = from >= 0 ? log.slice(from + 1) : log.filter(message => message.persistent && message.timestamp >= (replay?.since ?? 0)).slice(-50);
    return missed.map(({ persistent: _, ...message }) => message);
  }
}
