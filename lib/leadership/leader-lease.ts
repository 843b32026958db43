import { type Clock, systemClock } from "../clock.ts";
import type { LeaderLeases } from "../ports/leader-leases.ts";

/** The part of a leader lease that its work needs. */
export type Leadership = Pick<LeaderLease, "isLeader" | "release">;

/** Leadership of a node that shares its storage with no other. */
export const alwaysLeading: Leadership = { isLeader: async () => true, release: async () => {} };

/**
 * Leader lease for one kind of work, such as publishing events. Cheap to check often: the answer is cached, and the
 * lease is acquired or renewed only from time to time.
 */
export class LeaderLease {
  readonly #leases: LeaderLeases;
  readonly #name: string;
  readonly #durationMs: number;
  readonly #clock: Clock;
  #isLeader = false;
  #askAgainAt = 0;

  /** @param durationMs How long a dead node keeps the lease. */
  constructor(leases: LeaderLeases, name: string, clock = systemClock, durationMs = 10_000) {
    this.#leases = leases;
    this.#name = name;
    this.#clock = clock;
    this.#durationMs = durationMs;
  }

  /** Acquires the lease if no live node holds it, and renews it well before it expires. */
  async isLeader(): Promise<boolean> {
    if (this.#clock.steady() < this.#askAgainAt) return this.#isLeader;
    const askedAt = this.#clock.steady();
    this.#isLeader = await this.#leases.acquire(this.#name, this.#durationMs);
    this.#askAgainAt = askedAt + this.#durationMs / (this.#isLeader ? 3 : 10);
    return this.#isLeader;
  }

  /** Releases the lease, so that another node can acquire it at once. */
  async release(): Promise<void> {
    if (this.#isLeader) await this.#leases.release(this.#name);
    this.#isLeader = false;
  }
}
