import pMap from "p-map";
import type { Backends } from "../ports/backends.ts";
import type { Counts, ErasureTarget } from "../ports/erasure-store.ts";
import type { Members } from "./members.ts";

/** Owners whose events are counted at once: each takes a request to NATS. */
const COUNTED_AT_ONCE = 8;

/**
 * Counts what is left of the target in all stores, by kind. `imageFiles` counts jobs with stored images, `tasks` counts
 * jobs with tasks in the queue.
 */
export async function remainingOf(backends: Backends, target: ErasureTarget, members: Members): Promise<Counts> {
  const { ownerData, log, queue } = backends;
  let counts = target.keepsKeys ? {} : await ownerData.countAccess(target);
  for await (const owners of members.owners()) {
    counts = sumOf(counts, await ownerData.count(owners));
    const events = await pMap(owners, (owner) => log.countOf(owner), { concurrency: COUNTED_AT_ONCE });
    counts = events.reduce((sum, count) => sumOf(sum, { events: count }), counts);
  }
  const queued = await queue.jobsWithTasks();
  for await (const jobIds of members.jobs()) {
    const { tasks, imageFiles } = await workOf(backends, jobIds, queued);
    const work = { tasks: tasks.length, imageFiles: imageFiles.length };
    counts = sumOf(counts, sumOf(await ownerData.countOfJobs(jobIds), work));
  }
  return counts;
}

/** Which of the jobs have tasks in the queue, and which have stored images. */
export async function workOf(
  { blobs }: Backends,
  jobIds: readonly string[],
  queued: ReadonlySet<string>,
): Promise<{ readonly tasks: readonly string[]; readonly imageFiles: readonly string[] }> {
  const haveImages = await Promise.all(jobIds.map((id) => blobs.hasAny(id)));
  return { tasks: jobIds.filter((id) => queued.has(id)), imageFiles: jobIds.filter((_, index) => haveImages[index]) };
}

export function sumOf(counts: Counts, more: Counts): Counts {
  const kinds = new Set([...Object.keys(counts), ...Object.keys(more)]);
  return Object.fromEntries([...kinds].map((kind) => [kind, (counts[kind] ?? 0) + (more[kind] ?? 0)]));
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
