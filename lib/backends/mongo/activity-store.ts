import type { ActivitySegment, ActivityStore } from "../../ports/activity-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { parseStored, withRetries } from "./failure.ts";

interface SegmentDocument {
  readonly _id: string;
  /** When the segment was saved, in milliseconds since 1970. */
  readonly savedAt: number;
  readonly body: string;
}

export class MongoActivityStore implements ActivityStore {
  readonly #adapter: MongoAdapter<SegmentDocument>;

  constructor(adapter: unknown) {
    this.#adapter = adapter as MongoAdapter<SegmentDocument>;
  }

  async save(segment: ActivitySegment): Promise<void> {
    const fields = { savedAt: segment.savedMs, body: JSON.stringify(segment) };
    const { collection } = this.#adapter;
    const update = () => collection.updateOne({ _id: segment.id }, { $set: fields }, { upsert: true });
    await withRetries(update);
  }

  async list(sinceMs: number): Promise<ActivitySegment[]> {
    const documents = await withRetries(() => this.#adapter.find({ query: { savedAt: { $gte: sinceMs } } }));
    return documents.map(({ _id, body }) => parseStored(body, `Activity ${_id}`));
  }

  async sweep(beforeMs: number): Promise<void> {
    await withRetries(() => this.#adapter.removeMany({ savedAt: { $lt: beforeMs } }));
  }
}
