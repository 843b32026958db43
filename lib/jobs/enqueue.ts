import type { ImageState } from "../contracts/job-states.ts";
import type { Backends } from "../ports/backends.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Job, JobImage } from "./job.ts";

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
 * Pushes a task for each pending image of a job, page by page. Recovery leaves a job alone that has tasks or makes
 * progress, so it adds none of these tasks a second time.
 * @returns the number of tasks.
 */
export async function enqueuePending({ store, queue }: Backends, { id, priority }: Job): Promise<number> {
  let count = 0;
  for await (const images of imagePages(store, id, ["pending"])) {
    await queue.push(
      images.map(({ index, suspect }) => ({ jobId: id, index, priority, ...(suspect && { exclusive: true }) })),
    );
    count += images.length;
  }
  return count;
}
