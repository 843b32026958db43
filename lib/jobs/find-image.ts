import type { ImageParams } from "../contracts/job-actions.ts";
import { type Failure, failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import { referenceTo } from "./fetch-image.ts";
import type { JobImage } from "./job.ts";

/** Finds an image with an uploaded file. @throws IMAGE_NOT_FOUND, PICTURE_GONE */
export async function findImage(
  { store, blobs }: Pick<Backends, "store" | "blobs">,
  { jobId, index, mustBeStored = false }: ImageParams,
): Promise<JobImage> {
  const image = await store.getImage(jobId, index);
  if (!image) throw failure("IMAGE_NOT_FOUND", `The job has no image ${index}.`);
  // Images that were refused on upload are not stored.
  if (image.sha256 === "") throw imageGone();
  if (mustBeStored && !(await blobs.has(referenceTo(image)))) throw imageGone();
  return image;
}

export function imageGone(): Failure {
  return failure("PICTURE_GONE", "The image is kept while its job runs, and for a retry if it failed.");
}
