import type { ImagePageRequest, JobStore } from "../ports/job-store.ts";
import type { JobImage } from "./job.ts";
import { sizedPage } from "./sized-page.ts";

/** Number of images that are read first: a result may have megabytes. */
const FIRST_READ = 32;

/**
 * Images of a job with their results.
 * @returns at most `limit` images, fewer if they are large, and whether the job has no more of the requested kind.
 */
export async function resultsPage(
  store: Pick<JobStore, "listImages">,
  jobId: string,
  { limit: most, after, ...kind }: ImagePageRequest,
): Promise<{ readonly images: JobImage[]; readonly isLast: boolean }> {
  const read = (last: JobImage | undefined, limit: number) =>
    store.listImages(jobId, { ...kind, after: last?.index ?? after ?? -1, limit });
  // Reads one more image to find out whether there is a next page.
  const { items, isEnd } = await sizedPage(most + 1, FIRST_READ, read);
  return { images: isEnd ? items : items.slice(0, -1), isLast: isEnd };
}
