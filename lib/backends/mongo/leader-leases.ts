import type { LeaderLeases } from "../../ports/leader-leases.ts";
import type { MongoAdapter } from "./adapter.ts";
import { newName } from "./entities.ts";
import { withRetries } from "./failure.ts";

interface LeaseDocument {
  readonly _id: string;
  readonly holder: string;
  /** A random value that changes with each renewal. */
  readonly renewal: string;
  readonly durationMs: number;
}

/**
 * One document per lease. Clocks of different nodes are not compared: to take over a lease, a node first observes that
 * it is not renewed for its duration.
 */
export class MongoLeaderLeases implements LeaderLeases {
  readonly #adapter: MongoAdapter<LeaseDocument>;
  readonly #holder = newName();
  /** Last observed renewal of leases held by others, and since when. */
  readonly #watched = new Map<string, { readonly renewal: string; readonly since: number }>();

  constructor(adapter: unknown) {
    this.#adapter = adapter as MongoAdapter<LeaseDocument>;
  }

  async acquire(lease: string, durationMs: number): Promise<boolean> {
    const renewed = { holder: this.#holder, renewal: newName(), durationMs };
    if (await this.#replace({ _id: lease, holder: this.#holder }, renewed)) return true;
    const current = await withRetries(() => this.#adapter.findById(lease));
    // If the lease exists after all, it belongs to another node, or to this one after a lost response: the next call
    // finds out.
    if (!current) return withRetries(() => this.#adapter.insertNew({ _id: lease, ...renewed }));
    const seen = this.#watched.get(lease);
    if (seen?.renewal !== current.renewal) {
      this.#watched.set(lease, { renewal: current.renewal, since: performance.now() });
      return false;
    }
    if (performance.now() - seen.since <= current.durationMs) return false;
    return this.#replace({ _id: lease, renewal: current.renewal }, renewed);
  }

  async release(lease: string): Promise<void> {
    this.#watched.delete(lease);
    await withRetries(() => this.#adapter.removeMany({ _id: lease, holder: this.#holder }));
  }

  async #replace(filter: Partial<LeaseDocument>, renewed: Omit<LeaseDocument, "_id">): Promise<boolean> {
    const { matchedCount } = await withRetries(() => this.#adapter.collection.updateOne(filter, { $set: renewed }));
    return matchedCount === 1;
  }
}
