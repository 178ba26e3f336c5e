// Socket.IO as the summit dialect's clients use it: room:join, and room:send told to the room as room:message. What the
// dialect does besides (tokens, tenants, presence, rate limits, idempotency) is left out here. WebSocket only, and heartbeats far apart.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { port } from './room.js';

const http = createServer();
const io = new Server(http, {
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    serveClient: false,
    pingInterval: 600_000,
    pingTimeout: 600_000,
});

io.on('connection', (socket) => {
    socket.on('room:join', ({ room }, ack) => {
        socket.join(room);
        socket.emit('room:joined', { room });
        ack?.({ success: true });
    });
    socket.on('room:send', ({ room, payload }, ack) => {
        const id = randomUUID();
        io.to(room).emit('room:message', { id, room, from: 'u', payload, timestamp: Date.now() });
        ack?.({ success: true, messageId: id });
    });
});

http.listen({ host: '127.0.0.1', port: port(), backlog: 4096 }, () => {
    console.log(`socket.io on port ${http.address().port}`);
});
