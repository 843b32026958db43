import { failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";

/**
 * The file of an image, as it was uploaded.
 * @param owner Whose job it must be, null for nobody's.
 * @throws JOB_NOT_FOUND, IMAGE_NOT_FOUND, PICTURE_GONE
 */
export async function readPicture(
  { store, blobs }: Pick<Backends, "store" | "blobs">,
  jobId: string,
  index: number,
  owner: string | null,
): Promise<Buffer> {
  const job = await store.getJob(jobId);
  if (!job || (job.owner ?? null) !== owner) throw failure("JOB_NOT_FOUND", `There is no job ${jobId}.`);
  const image = await store.getImage(jobId, index);
  if (!image) throw failure("IMAGE_NOT_FOUND", `The job has no image ${index}.`);
  const file = image.sha256 === "" ? undefined : await blobs.get(jobId, image.sha256);
  if (!file) throw failure("PICTURE_GONE", "The picture is kept while its job runs, and for a retry if it failed.");
  return file;
}
