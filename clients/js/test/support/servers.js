// The servers that the client is tested against: npm's Socket.IO always; Earshot where EARSHOT says how: a command that starts it (it is given --port,
// --data and the secret by JWT_SECRET), as ./verify does.
import { Earshot } from './earshot.js';
import { StandIn } from './stand-in.js';

export const servers = () => [new StandIn(), ...(process.env.EARSHOT ? [new Earshot(process.env.EARSHOT)] : [])];
