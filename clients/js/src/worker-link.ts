import { uuid } from './ids.js';
import { holdLock, whenGone } from './locks.js';
import type { Backend, SharedWebSocketClientConfig } from './shared.js';
import type { FromTab, FromWorker, PortableConfig, SharedMethod } from './shared-protocol.js';
import { RequestError } from './types.js';

export interface WorkerLinkListener {
  onEvent(name: string, args: unknown[]): void;
  onWorkerGone(): void;
  fetchToken(): Promise<string>;
}

/** The tab's end of the way to the worker. Calls are answered, or fail when the worker is gone or the tab disconnects. */
export class WorkerLink implements Backend {
  readonly #port: MessagePort;
  readonly #listener: WorkerLinkListener;
  readonly #calls = new Map<number, { method: SharedMethod; resolve(value: unknown): void; reject(error: Error): void }>();
  #lastCall = 0;
  #closed = false;
  #stopWatching = (): void => undefined;

  /** Rejects when there is no worker, or none that answers in time. */
  static async open(config: SharedWebSocketClientConfig, session: string, listener: WorkerLinkListener): Promise<WorkerLink> {
    const worker = start(config.worker);
    const link = new WorkerLink(worker.port, listener);
    const lock = await holdLock(`websocket-client tab ${uuid()}`);
    const welcomed = link.#hello({ type: 'hello', session, config: portable(config), lock });
    const failed = new Promise<never>((_, reject) => {
      worker.onerror = () => reject(new Error('the worker could not be started'));
      setTimeout(() => reject(new Error('the worker does not answer')), config.workerTimeout ?? 3_000);
    });
    try {
      await Promise.race([welcomed, failed]);
    } catch (error) {
      link.disconnect();
      throw error;
    }
    return link;
  }

  private constructor(port: MessagePort, listener: WorkerLinkListener) {
    this.#port = port;
    this.#listener = listener;
  }

  connect(): void {
    void this.#call('connect').catch(() => undefined);
  }

  disconnect(): void {
    if (this.#closed) return;
    this.#post({ type: 'bye' });
    this.#close();
  }

  joinRoom = (...args: Parameters<Backend['joinRoom']>): ReturnType<Backend['joinRoom']> => this.#request('joinRoom', args);
  leaveRoom = (...args: Parameters<Backend['leaveRoom']>): ReturnType<Backend['leaveRoom']> => this.#request('leaveRoom', args);
  sendMessage = (...args: Parameters<Backend['sendMessage']>): ReturnType<Backend['sendMessage']> => this.#request('sendMessage', args);
  setToken = (): ReturnType<Backend['setToken']> => this.#request('setToken', []);
  queryPresence = (...args: Parameters<Backend['queryPresence']>): ReturnType<Backend['queryPresence']> => this.#call('queryPresence', args) as ReturnType<Backend['queryPresence']>;
  queryRooms = (): ReturnType<Backend['queryRooms']> => this.#call('queryRooms') as ReturnType<Backend['queryRooms']>;
  setPresenceStatus = (...args: Parameters<Backend['setPresenceStatus']>): void => void this.#call('setPresenceStatus', args).catch(() => undefined);
  heartbeat = (...args: Parameters<Backend['heartbeat']>): void => void this.#call('heartbeat', args).catch(() => undefined);

  #hello(hello: FromTab): Promise<void> {
    return new Promise(welcomed => {
      this.#port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data?.type === 'welcome') {
          this.#stopWatching = whenGone(data.lock, () => this.#onWorkerGone());
          welcomed();
          this.#listener.onEvent('status:change', [data.status]);
          if (data.established !== undefined) this.#listener.onEvent('connection:established', [data.established]);
        } else {
          this.#onMessage(data);
        }
      };
      this.#port.start();
      this.#post(hello);
    });
  }

  #onMessage(message: FromWorker): void {
    switch (message?.type) {
      case 'event':
        this.#listener.onEvent(message.name, message.args);
        return;
      case 'result':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'failure':
        this.#take(message.id)?.reject(new RequestError(message.code, message.request));
        return;
      case 'token?':
        this.#listener.fetchToken().then(
          token => this.#post({ type: 'token', id: message.id, token }),
          error => this.#post({ type: 'token-failed', id: message.id, error: String(error) }),
        );
        return;
    }
  }

  /** Requests answer with a code, as those of a client without a worker do. */
  #request<T extends { success: boolean; error?: string }>(method: SharedMethod, args: unknown[]): Promise<T> {
    return this.#call(method, args).catch(error => ({ success: false, error: error instanceof RequestError ? error.code : 'NOT_SERIALIZABLE' })) as Promise<T>;
  }

  #call(method: SharedMethod, args: unknown[] = []): Promise<unknown> {
    if (this.#closed) return Promise.reject(new RequestError('DISCONNECTED', method));
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { method, resolve, reject });
      try {
        this.#post({ type: 'call', id, method, args });
      } catch (error) {
        this.#take(id)?.reject(error as Error); // structured clone refuses it
      }
    });
  }

  #take(id: number): { resolve(value: unknown): void; reject(error: Error): void } | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  #onWorkerGone(): void {
    if (this.#closed) return;
    this.#close();
    this.#listener.onWorkerGone();
  }

  #close(): void {
    this.#closed = true;
    this.#stopWatching();
    this.#port.close();
    for (const { method, reject } of this.#calls.values()) reject(new RequestError('DISCONNECTED', method));
    this.#calls.clear();
  }

  #post(message: FromTab): void {
    this.#port.postMessage(message);
  }
}

function start(worker: SharedWebSocketClientConfig['worker']): SharedWorker {
  if (typeof worker === 'function') return worker();
  if (typeof SharedWorker === 'undefined') throw new Error('there are no SharedWorkers here');
  return new SharedWorker(worker, { name: 'websocket-client' });
}

/** What can be copied to the worker; the rest stays with the tab. */
function portable(config: SharedWebSocketClientConfig): PortableConfig {
  const { worker: _worker, session: _session, workerTimeout: _timeout, token: _token, random: _random, autoConnect: _autoConnect, ...rest } = config;
  return rest;
}
