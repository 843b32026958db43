import type { LeaderLeases } from "../ports/leader-leases.ts";
import { every, systemClock } from "../time/clock.ts";
import { LeaderLease } from "./leader-lease.ts";

export interface Chore {
  /** Cluster-wide name of the lease. One node runs the chore at a time. */
  readonly lease: string;
  readonly everyMs: number;
  /**
   * Ends early once the signal is aborted, and may throw its reason: another node may run the chore now, or this one
   * closes.
   */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

/** Runs chores periodically, each on one node at a time and never concurrently with itself. */
export class Housekeeping {
  readonly #onError: (error: unknown, lease: string) => void;
  readonly #timers: (() => void)[];
  readonly #leaderLeases = new Map<string, LeaderLease>();
  readonly #running = new Map<Chore, Promise<void>>();
  readonly #closing = new AbortController();

  /** @param onError Called with the lease of the chore that failed. */
  constructor(
    leaderLeases: LeaderLeases,
    chores: readonly Chore[],
    onError: (error: unknown, lease: string) => void,
    clock = systemClock,
  ) {
    this.#onError = onError;
    this.#timers = chores.map((chore) => {
      const lease = new LeaderLease(leaderLeases, chore.lease, clock, 2 * chore.everyMs);
      this.#leaderLeases.set(chore.lease, lease);
      return every(clock, chore.everyMs, () => this.#wake(chore, lease));
    });
  }

  /** Waits for running chores and releases their leases to other nodes. */
  async close(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#closing.abort();
    await Promise.all(this.#running.values());
    const releases = Array.from(this.#leaderLeases, ([name, lease]) =>
      lease.release().catch((error) => this.#onError(error, name)),
    );
    await Promise.all(releases);
  }

  #wake(chore: Chore, lease: LeaderLease): void {
    if (this.#running.has(chore)) return;
    const running = this.#do(chore, lease)
      .catch((error) => this.#onError(error, chore.lease))
      .finally(() => this.#running.delete(chore));
    this.#running.set(chore, running);
  }

  async #do({ run }: Chore, lease: LeaderLease): Promise<void> {
    await lease.lead(this.#closing.signal, (signal) =>
      run(signal).catch((error) => {
        if (error !== signal.reason) throw error;
      }),
    );
  }
}
