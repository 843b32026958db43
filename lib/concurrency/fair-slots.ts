import { FairShare } from "./fair-share.ts";

interface Waiter {
  readonly resolve: () => void;
}

/**
 * Slots that clients share. One client alone takes at most half of them, so another client usually finds a free one.
 * Clients that wait take turns.
 */
export class FairSlots {
  readonly #share: FairShare;
  /** Those who wait, by client. A served client moves to the end. */
  readonly #waiting = new Map<string, Set<Waiter>>();

  constructor(slots: number) {
    this.#share = new FairShare(slots);
  }

  /** @returns the function that frees the slot. @throws the signal's reason */
  async take(client: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#share.hasRoom(client, 1)) this.#share.take(client, 1);
    else await this.#turn(client, signal);
    return () => {
      this.#share.giveBack(client, 1);
      this.#serve();
    };
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
      if (!first || !this.#share.hasRoom(client, 1)) continue;
      this.#forget(client, first);
      this.#share.take(client, 1);
      first.resolve();
      // The loop visits the client again, because it moves to the end of the `Map`.
      if (this.#waiting.delete(client) && waiters.size > 0) this.#waiting.set(client, waiters);
    }
  }

  #forget(client: string, waiter: Waiter): void {
    const waiters = this.#waiting.get(client);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiting.delete(client);
  }
}
