import type { JobStore } from "../ports/job-store.ts";
import type { Timestamp } from "../time/timestamp.ts";

/** Number of the oldest unfinished jobs that are checked. */
const OLDEST_JOBS = 50;

/** Time at which the longest-waiting image was queued; undefined if none waits. */
export async function oldestWaiting(store: JobStore): Promise<Timestamp | undefined> {
  const { items } = await store.listJobs({
    filter: { states: ["queued", "running"] },
    sort: { by: "createdAt", descending: false },
    limit: OLDEST_JOBS,
  });
  let oldest: Timestamp | undefined;
  for (const { id, createdAt, queuedAt = createdAt } of items) {
    // A job is queued after its creation, so neither this job nor later ones can have waited longer.
    if (oldest !== undefined && createdAt >= oldest) break;
    if (oldest !== undefined && queuedAt >= oldest) continue;
    const [waiting] = await store.listImages(id, { states: ["pending"], limit: 1 });
    if (waiting) oldest = queuedAt;
  }
  return oldest;
}
