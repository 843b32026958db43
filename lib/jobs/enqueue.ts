import type { ImageState } from "../contracts/job-states.ts";
import type { Backends } from "../ports/backends.ts";
import type { JobStore } from "../ports/job-store.ts";
import { type Clock, pause } from "../time/clock.ts";
import { awaitsRetry, isFinished, type Job, type JobImage } from "./job.ts";
import { tasksFor } from "./tasks.ts";

const PAGE = 500;

/**
 * The job's images in pages ordered by index; only those in the given states, if there are any. A page has whole
 * parcels.
 */
export async function* imagePages(
  store: Pick<JobStore, "listImages">,
  jobId: string,
  states?: readonly ImageState[],
): AsyncGenerator<readonly JobImage[]> {
  for (let after = -1; ; ) {
    const images = await store.listImages(jobId, { after, limit: PAGE, ...(states && { states }) });
    const last = images.at(-1);
    if (!last) return;
    const isLastPage = images.length < PAGE;
    const page = isLastPage ? images : images.filter(({ parcel }) => parcel < last.parcel);
    yield page;
    if (isLastPage) return;
    after = page.at(-1)?.index ?? last.index;
  }
}

/** Whether a retry of the job has not yet reached some of its failed images. */
export async function isRetryUnderWay(store: JobStore, job: Job): Promise<boolean> {
  if (job.run <= 1) return false;
  for await (const images of imagePages(store, job.id, ["failed"]))
    if (images.some((image) => awaitsRetry(job, image))) return true;
  return false;
}

/**
 * Pushes the tasks of a job's pending images, page by page, until the job has ended. Recovery ignores a job that has
 * tasks or makes progress, so it does not add these tasks again.
 * @returns the number of images of each page, once their tasks are pushed.
 */
export async function* enqueuePages({ store, queue }: Backends, job: Job, clock: Clock): AsyncGenerator<number> {
  let isFirst = true;
  for await (const images of imagePages(store, job.id, ["pending"])) {
    if (!isFirst) {
      // The embedded store answers at once, so without a pause a large job would leave no time for anything else.
      await pause(clock, 0);
      const now = await store.getJob(job.id);
      if (!now || isFinished(now)) return;
    }
    isFirst = false;
    await queue.push(tasksFor(job, images));
    yield images.length;
  }
}

/** Pushes the tasks of all pending images of a job. @returns the number of images. */
export async function enqueuePending(backends: Backends, job: Job, clock: Clock): Promise<number> {
  let count = 0;
  for await (const pushed of enqueuePages(backends, job, clock)) count += pushed;
  return count;
}
