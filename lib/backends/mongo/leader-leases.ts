import type { LeaderLeases } from "../../ports/leader-leases.ts";
import type { MongoAdapter } from "./adapter.ts";
import { newName } from "./entities.ts";
import { withRetries } from "./failure.ts";

interface LeaseDocument {
  readonly _id: string;
  readonly holder: string;
  /** Another with each renewal. */
  readonly renewal: string;
  readonly durationMs: number;
}

/**
 * A document for each lease. Clocks of different nodes are not compared: a node that wants a lease of another watches
 * for its duration whether it is renewed.
 */
export class MongoLeaderLeases implements LeaderLeases {
  readonly #adapter: MongoAdapter<LeaseDocument>;
  readonly #holder = newName();
  /** What was seen of leases that others have, and since when. */
  readonly #watched = new Map<string, { readonly renewal: string; readonly since: number }>();

  constructor(adapter: unknown) {
    this.#adapter = adapter as MongoAdapter<LeaseDocument>;
  }

  async acquire(lease: string, durationMs: number): Promise<boolean> {
    const held = { holder: this.#holder, renewal: newName(), durationMs };
    if (await this.#replace({ _id: lease, holder: this.#holder }, held)) return true;
    const current = await withRetries(() => this.#adapter.findById(lease));
    // Where it is there after all, it is another's; or ours, its answer having been lost, which the next call finds.
    if (!current) return withRetries(() => this.#adapter.insertNew({ _id: lease, ...held }));
    const seen = this.#watched.get(lease);
    if (seen?.renewal !== current.renewal) {
      this.#watched.set(lease, { renewal: current.renewal, since: performance.now() });
      return false;
    }
    if (performance.now() - seen.since <= current.durationMs) return false;
    return this.#replace({ _id: lease, renewal: current.renewal }, held);
  }

  async release(lease: string): Promise<void> {
    this.#watched.delete(lease);
    await withRetries(() => this.#adapter.removeMany({ _id: lease, holder: this.#holder }));
  }

  async #replace(filter: Partial<LeaseDocument>, held: Omit<LeaseDocument, "_id">): Promise<boolean> {
    const { matchedCount } = await withRetries(() => this.#adapter.collection.updateOne(filter, { $set: held }));
    return matchedCount === 1;
  }
}
