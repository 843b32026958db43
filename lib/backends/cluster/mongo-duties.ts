import type { Duties } from "../../ports/duties.ts";
import type { MongoAdapter } from "./mongo-adapter.ts";
import { newName } from "./mongo-entities.ts";
import { patiently } from "./mongo-failure.ts";

interface DutyDocument {
  readonly _id: string;
  readonly holder: string;
  /** Another with each `hold`. */
  readonly renewal: string;
  readonly forMs: number;
}

/**
 * A document for each duty. Clocks of different nodes are not compared: who wants a duty that is held watches for as
 * long as it is held for whether it is renewed.
 */
export class MongoDuties implements Duties {
  readonly #adapter: MongoAdapter<DutyDocument>;
  readonly #holder = newName();
  /** What was seen of duties that others have, and since when. */
  readonly #watched = new Map<string, { readonly renewal: string; readonly since: number }>();

  constructor(adapter: unknown) {
    this.#adapter = adapter as MongoAdapter<DutyDocument>;
  }

  async hold(duty: string, forMs: number): Promise<boolean> {
    const held = { holder: this.#holder, renewal: newName(), forMs };
    if (await this.#replace({ _id: duty, holder: this.#holder }, held)) return true;
    const current = await patiently(() => this.#adapter.findById(duty));
    // Where it is there after all, it is another's; or ours, its answer having been lost, which the next call finds.
    if (!current) return patiently(() => this.#adapter.insertNew({ _id: duty, ...held }));
    const seen = this.#watched.get(duty);
    if (seen?.renewal !== current.renewal) {
      this.#watched.set(duty, { renewal: current.renewal, since: performance.now() });
      return false;
    }
    if (performance.now() - seen.since <= current.forMs) return false;
    return this.#replace({ _id: duty, renewal: current.renewal }, held);
  }

  async release(duty: string): Promise<void> {
    this.#watched.delete(duty);
    await patiently(() => this.#adapter.removeMany({ _id: duty, holder: this.#holder }));
  }

  async #replace(filter: Partial<DutyDocument>, held: Omit<DutyDocument, "_id">): Promise<boolean> {
    const { matchedCount } = await patiently(() => this.#adapter.collection.updateOne(filter, { $set: held }));
    return matchedCount === 1;
  }
}
