import type { LeaderLeases } from "../../../lib/ports/leader-leases.ts";
import type { Clock } from "../../../lib/time/clock.ts";

/** The leases of all nodes, by name. */
export type LeaseTable = Map<string, { readonly holder: string; readonly until: number }>;

/** A node's leases. Their time is the database's. */
export class MemoryLeaderLeases implements LeaderLeases {
  readonly #leases: LeaseTable;
  readonly #holder: string;
  readonly #clock: Pick<Clock, "steady">;

  constructor(leases: LeaseTable, holder: string, clock: Pick<Clock, "steady">) {
    this.#leases = leases;
    this.#holder = holder;
    this.#clock = clock;
  }

  async acquire(lease: string, durationMs: number): Promise<boolean> {
    const now = this.#clock.steady();
    const held = this.#leases.get(lease);
    if (held && held.holder !== this.#holder && held.until > now) return false;
    this.#leases.set(lease, { holder: this.#holder, until: now + durationMs });
    return true;
  }

  async release(lease: string): Promise<void> {
    if (this.#leases.get(lease)?.holder === this.#holder) this.#leases.delete(lease);
  }
}
