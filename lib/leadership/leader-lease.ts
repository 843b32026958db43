import type { LeaderLeases } from "../ports/leader-leases.ts";

/** What the work that one node does for all needs of its lease. */
export type Leadership = Pick<LeaderLease, "isLeader" | "release">;

/** Of a node that shares its storage with no other. */
export const alwaysLeading: Leadership = { isLeader: async () => true, release: async () => {} };

/** The lease of one kind of work, such as publishing events. It may be asked often: it renews and asks only now and then. */
export class LeaderLease {
  readonly #leases: LeaderLeases;
  readonly #name: string;
  readonly #durationMs: number;
  #isLeader = false;
  #askAgainAt = 0;

  /** @param durationMs How long a node that died keeps the lease. */
  constructor(leases: LeaderLeases, name: string, durationMs = 10_000) {
    this.#leases = leases;
    this.#name = name;
    this.#durationMs = durationMs;
  }

  /** Acquires the lease if no living node has it, and renews it well before it expires. */
  async isLeader(): Promise<boolean> {
    if (performance.now() < this.#askAgainAt) return this.#isLeader;
    const askedAt = performance.now();
    this.#isLeader = await this.#leases.acquire(this.#name, this.#durationMs);
    this.#askAgainAt = askedAt + this.#durationMs / (this.#isLeader ? 3 : 10);
    return this.#isLeader;
  }

  /** Lets another node acquire it at once. */
  async release(): Promise<void> {
    if (this.#isLeader) await this.#leases.release(this.#name);
    this.#isLeader = false;
  }
}
