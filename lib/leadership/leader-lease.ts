import type { LeaderLeases } from "../ports/leader-leases.ts";
import { type Clock, every, systemClock } from "../time/clock.ts";

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
  /** When another node may acquire the lease, by the clock's `steady`. */
  #expiresAt = 0;

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
    if (this.#isLeader) this.#expiresAt = askedAt + this.#durationMs;
    return this.#isLeader;
  }

  /**
   * Does the work if this node leads, and renews the lease as long as that takes.
   * @param closing Aborted when the node closes.
   * @param work Its signal is aborted when the node closes, and as soon as another node may have the lease. The work
   *   should end then; it may throw the signal's reason.
   * @returns what the work returns; undefined if this node does not lead.
   */
  async lead<T>(closing: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    if (!(await this.isLeader())) return undefined;
    const lost = new AbortController();
    let renewal: Promise<void> | undefined;
    const renew = async () => {
      // A store that does not answer is asked again until the lease has expired.
      const isLeader = await this.isLeader().catch(() => true);
      if (!isLeader) lost.abort();
    };
    const cancel = every(this.#clock, this.#durationMs / 10, () => {
      if (this.#clock.steady() >= this.#expiresAt) lost.abort();
      if (lost.signal.aborted) return;
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
    });
    try {
      return await work(AbortSignal.any([lost.signal, closing]));
    } finally {
      cancel();
      // Otherwise it could acquire the lease again after `release`.
      await renewal;
    }
  }

  /** Releases the lease, so that another node can acquire it at once. */
  async release(): Promise<void> {
    if (this.#isLeader) await this.#leases.release(this.#name);
    this.#isLeader = false;
  }
}
