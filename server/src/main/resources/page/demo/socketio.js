// As much of Socket.IO 5 over a WebSocket as a page needs that loads nothing from elsewhere; applications take socket.io-client.
export class SocketIo {
  #path;
  #auth;
  #listeners = new Map();
  #acks = new Map();
  #nextAck = 0;
  #tries = 0;
  #socket = null;
  #pid = null;
  #offset = null;
  #early = [];
  #connected = false;

  constructor(path, auth) {
    this.#path = path;
    this.#auth = auth;
  }

  on(event, listener) {
    this.#listeners.set(event, listener);
  }

  connect() {
    this.#socket = new WebSocket(`${location.origin.replace('http', 'ws')}${this.#path}?EIO=4&transport=websocket`);
    this.#socket.addEventListener('message', e => this.#packet(e.data));
    this.#socket.addEventListener('close', () => this.#lost());
  }

  /** Sends an event; its answer, or a failure when the connection is lost first. */
  ask(event, argument) {
    if (!this.#connected) return Promise.resolve({ success: false, error: 'not connected' });
    const id = this.#nextAck++;
    this.#socket.send(`42${id}${JSON.stringify([event, argument])}`);
    return new Promise(done => this.#acks.set(id, done));
  }

  #tell(event, ...values) {
    this.#listeners.get(event)?.(...values);
  }

  #packet(text) {
    if (text === '2') this.#socket.send('3');
    else if (text[0] === '0') this.#socket.send('40' + JSON.stringify({ ...this.#auth, ...(this.#pid && this.#offset ? { pid: this.#pid, offset: this.#offset } : {}) }));
    else if (text.startsWith('40')) this.#begin(JSON.parse(text.slice(2)));
    else if (text.startsWith('44')) this.#refused(JSON.parse(text.slice(2)));
    else if (text.startsWith('43')) this.#ack(text.slice(2));
    else if (text.startsWith('42')) this.#event(JSON.parse(text.slice(2)));
  }

  #begin({ pid }) {
    const recovered = pid !== undefined && pid === this.#pid;
    this.#pid = pid ?? null;
    if (!recovered) this.#offset = null;
    this.#tries = 0;
    this.#connected = true;
    this.#tell('state', 'open');
    for (const event of this.#early.splice(0)) this.#event(event);
    this.#tell('connect', recovered);
  }

  #refused(error) {
    this.#tries = Infinity;
    this.#tell('connect_error', error);
    this.#socket.close();
  }

  #ack(text) {
    const json = text.indexOf('[');
    const id = Number(text.slice(0, json));
    this.#acks.get(id)?.(JSON.parse(text.slice(json))[0]);
    this.#acks.delete(id);
  }

  /** What was missed comes before the connection is said to be there. */
  #event(event) {
    if (!this.#connected) {
      this.#early.push(event);
      return;
    }
    const last = event.at(-1);
    if (this.#pid && typeof last === 'string') this.#offset = last;
    this.#tell(...event);
  }

  #lost() {
    this.#connected = false;
    for (const done of this.#acks.values()) done({ success: false, error: 'connection lost' });
    this.#acks.clear();
    if (this.#tries === Infinity) {
      this.#tell('state', 'closed');
      return;
    }
    this.#tell('state', 'waiting');
    const most = Math.min(5000, 500 * 2 ** this.#tries++);
    setTimeout(() => this.connect(), Math.random() * most);
  }
}
