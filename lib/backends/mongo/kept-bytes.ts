import type { MongoAdapter } from "./adapter.ts";
import type { JobDocument } from "./documents.ts";
import { withRetries } from "./failure.ts";

/** Implements `JobStore.keptBytes`. */
export async function keptBytes(
  jobs: MongoAdapter<JobDocument>,
  account: string,
  failedSince: string,
): Promise<number> {
  const isKept = [{ finishedAt: { $exists: false } }, { finishedAt: { $gte: failedSince } }];
  const stages = [
    { $match: { keptFor: account, $or: isKept } },
    { $group: { _id: null, bytes: { $sum: "$imageBytes" } } },
  ];
  const [sum] = await withRetries(() => jobs.collection.aggregate<{ bytes: number }>(stages).toArray());
  return sum?.bytes ?? 0;
}
