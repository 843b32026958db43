/**
 * How long clients wait before they give up, which queueing theory calls their patience. The work of a request that is
 * given up is lost, and under overload all work may be lost in this way. So no client should have to wait for longer.
 */
import { LRUCache } from "lru-cache";

/** A client that leaves after a shorter wait, in milliseconds, has another reason. */
const LEAST_WAIT_MS = 1_000;
/** Estimates of the wait may be wrong by this factor. */
const MARGIN = 2;
/** The limit of a client doubles in this time, in milliseconds, until it gives up again. */
const DOUBLES_IN_MS = 60_000;
const MAX_CLIENTS = 10_000;

export class Patience {
  readonly #now: () => number;
  readonly #limits = new LRUCache<string, { readonly limitMs: number; readonly since: number }>({ max: MAX_CLIENTS });

  /** @param now A monotonic clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The client has left after this time without an answer. */
  gaveUp(client: string, waitedMs: number): void {
    const limitMs = waitedMs / MARGIN;
    if (waitedMs >= LEAST_WAIT_MS && limitMs < this.limitMs(client))
      this.#limits.set(client, { limitMs, since: this.#now() });
  }

  /** Longest estimated wait that makes sense for the client, in milliseconds; infinite if it is not known to give up. */
  limitMs(client: string): number {
    const known = this.#limits.get(client);
    return known ? known.limitMs * 2 ** ((this.#now() - known.since) / DOUBLES_IN_MS) : Number.POSITIVE_INFINITY;
  }
}
