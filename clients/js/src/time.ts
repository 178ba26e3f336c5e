/**
 * The n-th wait before another attempt: anything between nothing and a bound that doubles, so that clients that were cut off together do not come
 * back together ("full jitter", AWS Architecture Blog, Exponential Backoff And Jitter, 2015).
 */
export function fullJitter(attempt: number, baseMs: number, mostMs: number, random: () => number): number {
  return Math.floor(random() * Math.min(mostMs, baseMs * 2 ** Math.min(attempt, 30)));
}

/** The promise's outcome, or a rejection after that time. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A bucket of permits, filled continuously; time comes from outside. */
export class Pace {
  readonly #perMs: number;
  readonly #burst: number;
  #permits: number;
  #filledAt: number;

  constructor(perSecond: number, burst: number, now: number) {
    if (!(perSecond > 0) || !(burst >= 1)) throw new RangeError(`pace: ${perSecond} a second, burst ${burst} (expected: above 0, at least 1)`);
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#permits = burst;
    this.#filledAt = now;
  }

  /** Takes a permit: 0; or takes none: how many milliseconds until there is one. */
  take(now: number): number {
    this.#permits = Math.min(this.#burst, this.#permits + Math.max(0, now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    if (this.#permits >= 1) {
      this.#permits -= 1;
      return 0;
    }
    return Math.ceil((1 - this.#permits) / this.#perMs);
  }
}
