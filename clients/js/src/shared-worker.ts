// Runs in a SharedWorker: one hub, to which every tab of the origin connects.
import { SharedHub } from './shared-hub.js';

const hub = new SharedHub();
(globalThis as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = event => {
  const port = event.ports[0];
  if (port !== undefined) hub.attach(port);
};
