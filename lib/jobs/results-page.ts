/** A page of the images of a job with their results, which is bounded in size, too. */
import type { ImagePageRequest, JobStore } from "../ports/job-store.ts";
import type { JobImage } from "./job.ts";

/**
 * Characters of JSON, about. A result has a few hundred as a rule, but with encodings of a crowd some hundred thousand: a
 * thousand of these would be more than the memory of a node, and than other nodes take in a packet.
 */
const MOST_CHARACTERS = 16 * 2 ** 20;
/** Images that are read first, when their size is not known. */
const FIRST_READ = 32;

/** @returns at most `limit` images, fewer if they are large; and whether the job has no more of the kind. */
export async function resultsPage(
  store: Pick<JobStore, "listImages">,
  jobId: string,
  { limit, after = -1, ...kind }: ImagePageRequest,
): Promise<{ readonly images: JobImage[]; readonly isLast: boolean }> {
  const images: JobImage[] = [];
  // One more tells whether there is a next page.
  const most = limit + 1;
  let characters = 0;
  for (let wanted = 0; images.length === wanted && wanted < most && characters < MOST_CHARACTERS; ) {
    const fitting = Math.ceil(((MOST_CHARACTERS - characters) * wanted) / characters);
    wanted = Math.min(most, wanted + (wanted === 0 ? FIRST_READ : fitting));
    const page = { ...kind, after: images.at(-1)?.index ?? after, limit: wanted - images.length };
    const read = await store.listImages(jobId, page);
    images.push(...read);
    characters += read.reduce((sum, image) => sum + JSON.stringify(image).length, 0);
    if (images.length < wanted) return { images, isLast: true };
  }
  return { images: images.slice(0, -1), isLast: false };
}
