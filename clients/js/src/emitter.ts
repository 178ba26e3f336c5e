// A listener may take whatever its event brings, so `any` is meant.
type Listener = (...args: any[]) => void;

interface Entry {
  listener: Listener;
  context: unknown;
  once: boolean;
}

/**
 * Events by name, with the methods of Node's emitter that applications use. Names that are not in `Events` may be used as well: they are the
 * product's own. A listener that throws harms neither the others nor the connection: its error is reported as an uncaught one.
 */
export class Emitter<Events extends { [E in keyof Events]: Listener }> {
  readonly #entries = new Map<string, Entry[]>();
  #any: Array<(event: string, args: unknown[]) => void> = [];

  on<E extends keyof Events & string>(event: E, listener: Events[E], context?: unknown): this;
  on(event: string, listener: Listener, context?: unknown): this;
  on(event: string, listener: Listener, context?: unknown): this {
    return this.#add(event, { listener, context: context ?? this, once: false });
  }

  once<E extends keyof Events & string>(event: E, listener: Events[E], context?: unknown): this;
  once(event: string, listener: Listener, context?: unknown): this;
  once(event: string, listener: Listener, context?: unknown): this {
    return this.#add(event, { listener, context: context ?? this, once: true });
  }

  /** Without a listener: all of that event. */
  off<E extends keyof Events & string>(event: E, listener?: Events[E]): this;
  off(event: string, listener?: Listener): this;
  off(event: string, listener?: Listener): this {
    const left = listener === undefined ? [] : (this.#entries.get(event) ?? []).filter(entry => entry.listener !== listener);
    if (left.length > 0) this.#entries.set(event, left);
    else this.#entries.delete(event);
    return this;
  }

  addListener(event: string, listener: Listener, context?: unknown): this {
    return this.on(event, listener, context);
  }

  removeListener(event: string, listener?: Listener): this {
    return this.off(event, listener);
  }

  removeAllListeners(event?: string): this {
    if (event === undefined) this.#entries.clear();
    else this.#entries.delete(event);
    return this;
  }

  /** Hears every event, also those of the product that have no type here, before the listeners of that event. */
  onAny(listener: (event: string, args: unknown[]) => void): this {
    this.#any = [...this.#any, listener];
    return this;
  }

  offAny(listener: (event: string, args: unknown[]) => void): this {
    this.#any = this.#any.filter(other => other !== listener);
    return this;
  }

  /** Tells the listeners of this client; nothing goes to the server. */
  emit<E extends keyof Events & string>(event: E, ...args: Parameters<Events[E]>): boolean;
  emit(event: string, ...args: unknown[]): boolean;
  emit(event: string, ...args: unknown[]): boolean {
    for (const listener of this.#any) guarded(() => listener(event, args));
    const entries = this.#entries.get(event);
    if (entries === undefined) return false;
    for (const entry of entries) {
      if (entry.once) this.#remove(event, entry);
      guarded(() => entry.listener.apply(entry.context, args));
    }
    return true;
  }

  listeners(event: string): Listener[] {
    return (this.#entries.get(event) ?? []).map(entry => entry.listener);
  }

  listenerCount(event: string): number {
    return this.#entries.get(event)?.length ?? 0;
  }

  eventNames(): string[] {
    return [...this.#entries.keys()];
  }

  // Lists are replaced, never changed: a listener may add and remove others while they are told.
  #add(event: string, entry: Entry): this {
    this.#entries.set(event, [...(this.#entries.get(event) ?? []), entry]);
    return this;
  }

  #remove(event: string, entry: Entry): void {
    const left = (this.#entries.get(event) ?? []).filter(other => other !== entry);
    if (left.length > 0) this.#entries.set(event, left);
    else this.#entries.delete(event);
  }
}

function guarded(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
