interface Waiter {
  readonly resolve: () => void;
}

/**
 * Slots that clients share. A client may hold as many as are then left free, so one client alone takes at most half of
 * them, and the first one that another client needs is mostly free. Clients that wait take turns.
 */
export class FairSlots {
  #free: number;
  readonly #held = new Map<string, number>();
  /** Those who wait, by client. A served client moves to the end. */
  readonly #waiting = new Map<string, Set<Waiter>>();

  constructor(slots: number) {
    this.#free = slots;
  }

  /** @returns the function that frees the slot. @throws the signal's reason */
  async take(client: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#mayTake(client)) this.#give(client);
    else await this.#turn(client, signal);
    return () => {
      this.#takeBack(client);
      this.#serve();
    };
  }

  #mayTake(client: string): boolean {
    return (this.#held.get(client) ?? 0) < this.#free;
  }

  #turn(client: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#forget(client, waiter);
        reject(signal.reason);
      };
      const waiter = {
        resolve: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      const waiters = this.#waiting.get(client) ?? new Set();
      this.#waiting.set(client, waiters.add(waiter));
    });
  }

  #serve(): void {
    for (const [client, waiters] of this.#waiting) {
      const [first] = waiters;
      if (!first || !this.#mayTake(client)) continue;
      this.#forget(client, first);
      this.#give(client);
      first.resolve();
      // A `Map` visits what is moved to its end once more.
      if (this.#waiting.delete(client) && waiters.size > 0) this.#waiting.set(client, waiters);
    }
  }

  #forget(client: string, waiter: Waiter): void {
    const waiters = this.#waiting.get(client);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiting.delete(client);
  }

  #give(client: string): void {
    this.#free -= 1;
    this.#held.set(client, (this.#held.get(client) ?? 0) + 1);
  }

  #takeBack(client: string): void {
    this.#free += 1;
    const left = (this.#held.get(client) ?? 0) - 1;
    if (left > 0) this.#held.set(client, left);
    else this.#held.delete(client);
  }
}
