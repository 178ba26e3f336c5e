// Node's `ws`, as its documentation broadcasts: the text is made once, every member is sent it.
import { WebSocketServer } from 'ws';
import { message, port, roomOf } from './room.js';

const rooms = new Map();
const server = new WebSocketServer({
    host: '127.0.0.1',
    port: port(),
    backlog: 4096,
    perMessageDeflate: false,
    maxPayload: 65536,
});

server.on('connection', (socket, request) => {
    const name = roomOf(request.url);
    if (name === undefined) return socket.close(1008, 'no such path');
    const room = rooms.get(name) ?? new Set();
    rooms.set(name, room.add(socket));
    socket.on('message', (data) => tell(room, JSON.parse(data).content));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
        if (room.delete(socket) && room.size === 0) rooms.delete(name);
    });
});

function tell(room, content) {
    const text = Buffer.from(JSON.stringify(message(content)));
    for (const member of room) member.send(text, { binary: false });
}

server.on('listening', () => console.log(`ws on port ${server.address().port}`));
