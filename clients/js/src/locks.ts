// A Web Lock is free again when its holder is gone, however it went: the one sure sign that a tab or a worker ended.

/** Resolves with the lock's name once it is held, for the life of this tab or worker; undefined where there are no Web Locks. */
export function holdLock(name: string): Promise<string | undefined> {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return Promise.resolve(undefined);
  return new Promise(held => {
    locks
      .request(name, () => {
        held(name);
        return new Promise(() => undefined);
      })
      .catch(() => held(undefined));
  });
}

/** Calls `gone` when the holder of that lock is gone. Returns what ends the wait. */
export function whenGone(name: string | undefined, gone: () => void): () => void {
  const locks = globalThis.navigator?.locks;
  if (name === undefined || locks === undefined) return () => undefined;
  const end = new AbortController();
  locks.request(name, { signal: end.signal }, () => gone()).catch(() => undefined);
  return () => end.abort();
}
