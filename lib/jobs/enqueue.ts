import { setImmediate as nextTurn } from "node:timers/promises";
import type { ImageState } from "../contracts/job-states.ts";
import type { Backends } from "../ports/backends.ts";
import type { JobStore } from "../ports/job-store.ts";
import { isFinished, type Job, type JobImage } from "./job.ts";

const PAGE = 500;

/** The job's images, in the states if given, in pages by index. */
export async function* imagePages(
  store: JobStore,
  jobId: string,
  states?: readonly ImageState[],
): AsyncGenerator<readonly JobImage[]> {
  for (let after = -1; ; ) {
    const images = await store.listImages(jobId, { after, limit: PAGE, ...(states && { states }) });
    const last = images.at(-1);
    if (last) yield images;
    if (!last || images.length < PAGE) return;
    after = last.index;
  }
}

/**
 * Pushes a task for each pending image of a job, page by page, until the job has ended. Recovery leaves a job alone that
 * has tasks or makes progress, so it adds none of these tasks a second time.
 * @returns the number of tasks of each page, once they are pushed.
 */
export async function* enqueuePages({ store, queue }: Backends, { id, priority, owner }: Job): AsyncGenerator<number> {
  let isFirst = true;
  for await (const images of imagePages(store, id, ["pending"])) {
    if (!isFirst) {
      // The embedded store answers at once: a large job would leave no time for anything else.
      await nextTurn();
      const job = await store.getJob(id);
      if (!job || isFinished(job)) return;
    }
    isFirst = false;
    await queue.push(
      images.map(({ index, suspect }) => ({
        jobId: id,
        parcel: index,
        images: 1,
        priority,
        ...(owner && { owner }),
        ...(suspect && { exclusive: true }),
      })),
    );
    yield images.length;
  }
}

/** Pushes them all. @returns the number of tasks. */
export async function enqueuePending(backends: Backends, job: Job): Promise<number> {
  let count = 0;
  for await (const pushed of enqueuePages(backends, job)) count += pushed;
  return count;
}
