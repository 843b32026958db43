import type { Config } from "../config.ts";
import type { Backends } from "../ports/backends.ts";
import type { Timestamp } from "./job.ts";
import type { JobManager } from "./job-manager.ts";

const PAGE = 100;
/** Idempotency window, as documented in the API. */
const IDEMPOTENCY_MS = 24 * 3_600_000;

export type RetentionSettings = Pick<Config, "imageRetentionMs" | "jobRetentionMs" | "eventRetentionMs">;

/**
 * Removes expired images, jobs with their results, idempotency keys and events.
 * @param now Of a `RetentionClock`, since a wall clock may be wrong.
 */
export async function sweep(
  backends: Backends,
  manager: JobManager,
  settings: RetentionSettings,
  now: number,
): Promise<void> {
  const { store, log, webhooks } = backends;
  const timestampBefore = (milliseconds: number): Timestamp => new Date(now - milliseconds).toISOString();
  for (;;) {
    const jobs = await store.jobsFinishedBefore(timestampBefore(settings.jobRetentionMs), PAGE);
    for (const { id } of jobs) await manager.deleteListed(id);
    if (jobs.length < PAGE) break;
  }
  await removeAbandoned(backends, manager, timestampBefore(settings.jobRetentionMs));
  await removeFiles(backends, timestampBefore(settings.imageRetentionMs));
  await store.sweepIdempotencyKeys(timestampBefore(IDEMPOTENCY_MS));
  await webhooks.sweepFailed(timestampBefore(settings.jobRetentionMs));
  while ((await log.sweep(timestampBefore(settings.eventRetentionMs))) > 0);
}

/** Removes jobs that were created but never executed; they never finish by themselves. */
async function removeAbandoned({ store }: Backends, manager: JobManager, createdBefore: string): Promise<void> {
  for (;;) {
    const { items } = await store.listJobs({ filter: { states: ["created"], createdBefore }, limit: PAGE });
    for (const { id } of items) await manager.deleteListed(id);
    if (items.length < PAGE) return;
  }
}

async function removeFiles({ store, blobs }: Backends, before: string): Promise<void> {
  for await (const jobId of blobs.jobIds()) {
    const job = await store.getJob(jobId);
    if (job?.finishedAt !== undefined && job.finishedAt < before) await blobs.delete(jobId);
  }
}
