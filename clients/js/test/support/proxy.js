import { connect, createServer } from 'node:net';

/** A way to the server that can be cut, stalled and closed; it has its own port, which it keeps. */
export class Proxy {
  #pairs = new Set();
  #server;
  #open = true;
  /** Whether what the server says is held back. */
  #stalled = false;
  target;

  async start(target) {
    this.target = target;
    this.#server = createServer({ noDelay: true }, socket => this.#onClient(socket));
    await new Promise(done => this.#server.listen(0, '127.0.0.1', done));
    this.port = this.#server.address().port;
    return this;
  }

  get url() {
    return `ws://127.0.0.1:${this.port}`;
  }

  get connections() {
    return this.#pairs.size;
  }

  /** All connections end, as when a cable is pulled and both sides notice. */
  cut() {
    for (const pair of this.#pairs) pair.forEach(socket => socket.destroy());
  }

  /** New connections are refused, or taken again. */
  set open(open) {
    this.#open = open;
    if (!open) this.cut();
  }

  set stalled(stalled) {
    this.#stalled = stalled;
    for (const [, upstream] of this.#pairs) stalled ? upstream.pause() : upstream.resume();
  }

  stop() {
    this.cut();
    this.#server.close();
  }

  #onClient(client) {
    if (!this.#open) return client.destroy();
    const upstream = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    const pair = [client, upstream];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    client.on('data', bytes => upstream.write(bytes));
    upstream.on('data', bytes => client.write(bytes));
    if (this.#stalled) upstream.pause();
  }
}
