// Socket.IO, as its documentation broadcasts: io.to(room).emit. The room comes with the connect packet (40{"room":…}), so
// that a client needs one frame to be in. WebSocket only, and heartbeats far apart: neither is what is compared.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { message, port } from './room.js';

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
    const { room } = socket.handshake.auth;
    if (typeof room !== 'string') return socket.disconnect(true);
    socket.join(room);
    socket.on('message', ({ content }) => io.to(room).emit('message', message(content)));
});

http.listen({ host: '127.0.0.1', port: port(), backlog: 4096 }, () => {
    console.log(`socket.io on port ${http.address().port}`);
});
