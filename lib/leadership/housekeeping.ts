import type { LeaderLeases } from "../ports/leader-leases.ts";
import { LeaderLease } from "./leader-lease.ts";

export interface Chore {
  /** Its name among all nodes: one of them does it at a time. */
  readonly lease: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

/** Does chores again and again, each by one node at a time and never twice at once. */
export class Housekeeping {
  readonly #onError: (error: unknown) => void;
  readonly #timers: NodeJS.Timeout[];
  readonly #leaderLeases: LeaderLease[] = [];
  readonly #running = new Map<Chore, Promise<void>>();

  constructor(leaderLeases: LeaderLeases, chores: readonly Chore[], onError: (error: unknown) => void) {
    this.#onError = onError;
    this.#timers = chores.map((chore) => {
      const lease = new LeaderLease(leaderLeases, chore.lease, 2 * chore.everyMs);
      this.#leaderLeases.push(lease);
      return setInterval(() => this.#wake(chore, lease), chore.everyMs).unref();
    });
  }

  /** Ends after what is under way, and leaves the chores to other nodes. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#running.values());
    await Promise.all(this.#leaderLeases.map((lease) => lease.release().catch(this.#onError)));
  }

  #wake(chore: Chore, lease: LeaderLease): void {
    if (this.#running.has(chore)) return;
    const running = this.#do(chore, lease)
      .catch(this.#onError)
      .finally(() => this.#running.delete(chore));
    this.#running.set(chore, running);
  }

  async #do({ run }: Chore, lease: LeaderLease): Promise<void> {
    if (await lease.isLeader()) await run();
  }
}
