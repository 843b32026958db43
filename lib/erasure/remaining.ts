import type { Backends } from "../ports/backends.ts";
import type { Counts, ErasureTarget } from "../ports/erasure-store.ts";

const JOBS_PAGE = 1000;

/**
 * What there is of the owners in all stores, by kind. `imageFiles` counts jobs with stored images, `tasks` jobs with
 * tasks in the queue.
 */
export async function remainingOf(backends: Backends, target: ErasureTarget): Promise<Counts> {
  const { ownerData, log, queue, blobs } = backends;
  let events = 0;
  for (const owner of target.owners) events += await log.countOf(owner);
  const jobIds = new Set(target.jobIds);
  for (const owner of target.owners) for await (const id of jobsOf(backends, owner)) jobIds.add(id);
  const queued = await queue.jobsWithTasks();
  let [tasks, imageFiles] = [0, 0];
  for (const id of jobIds) {
    if (queued.has(id)) tasks++;
    if (await blobs.hasAny(id)) imageFiles++;
  }
  return { ...(await ownerData.count(target)), events, tasks, imageFiles };
}

async function* jobsOf({ store }: Backends, owner: string): AsyncGenerator<string, void, void> {
  for (let cursor: string | undefined; ; ) {
    const page = await store.listJobs({ filter: { owner }, limit: JOBS_PAGE, ...(cursor && { cursor }) });
    for (const { id } of page.items) yield id;
    if (!page.cursor) return;
    cursor = page.cursor;
  }
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
