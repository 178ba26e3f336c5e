// What both Node servers do: one room per path, and a message of a client is told to everybody in its room, with the
// members that the comparison's messages have: id, author, content, time.
import { randomUUID } from 'node:crypto';

const PATH = /^\/channel\/([^/]+)\/websocket/;

/** The room of a request's path; undefined when it has none. */
export function roomOf(url) {
    return PATH.exec(url)?.[1];
}

export function message(content) {
    return {
        type: 'message',
        message: { id: randomUUID(), userId: 'u', username: 'u', content, timestamp: Date.now() },
    };
}

/** The port to listen on, from the command line. */
export function port() {
    const given = Number(process.argv[2]);
    if (Number.isInteger(given) && given > 0) return given;
    console.error(`usage: node ${process.argv[1]} PORT`);
    process.exit(2);
}
