import type { ActivityHistory, ActivityRecord, BucketSeconds } from "../../ports/activity-history.ts";
import type { MongoAdapter } from "./adapter.ts";
import { parseStored, withRetries } from "./failure.ts";

interface RecordDocument {
  readonly _id: string;
  readonly bucketSeconds: number;
  /** When the record was saved, in milliseconds since 1970. */
  readonly savedAt: number;
  readonly body: string;
}

export class MongoActivityHistory implements ActivityHistory {
  readonly #adapter: MongoAdapter<RecordDocument>;

  constructor(adapter: unknown) {
    this.#adapter = adapter as MongoAdapter<RecordDocument>;
  }

  async save(record: ActivityRecord): Promise<void> {
    const { id, bucketSeconds, savedMs } = record;
    const fields = { bucketSeconds, savedAt: savedMs, body: JSON.stringify(record) };
    await withRetries(() => this.#adapter.collection.updateOne({ _id: id }, { $set: fields }, { upsert: true }));
  }

  async list(bucketSeconds: BucketSeconds, sinceMs: number): Promise<ActivityRecord[]> {
    const query = { bucketSeconds, savedAt: { $gte: sinceMs } };
    const documents = await withRetries(() => this.#adapter.find({ query }));
    return documents.map(({ _id, body }) => parseStored(body, `Activity ${_id}`));
  }

  async sweep(bucketSeconds: BucketSeconds, beforeMs: number): Promise<void> {
    await withRetries(() => this.#adapter.removeMany({ bucketSeconds, savedAt: { $lt: beforeMs } }));
  }
}
