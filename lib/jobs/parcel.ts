/**
 * Parcels: groups of consecutive images of a job that are claimed, processed and stored together, so that calls between
 * services and writes to the database are made once for many images. Pure.
 */
import type { JobImage, NewImage } from "./job.ts";
import { createImage } from "./transitions.ts";

/** Maximum images of a parcel. */
export const MAX_PARCEL_IMAGES = 32;
/** Maximum bytes of a parcel's files, unless it is a single image. */
export const MAX_PARCEL_BYTES = 512 * 1024;

/**
 * New images of a job, in parcels. A parcel ends at the end of the pack that stores its files, so that a pack is
 * fetched by one detector only.
 * @param first Index of the first image.
 */
export function createImages(jobId: string, first: number, images: readonly NewImage[]): JobImage[] {
  let parcel = first;
  let bytes = 0;
  let pack = images.find(({ problem }) => !problem)?.pack;
  return images.map((image, position) => {
    const index = first + position;
    const isFull = index - parcel === MAX_PARCEL_IMAGES || (bytes > 0 && bytes + image.bytes > MAX_PARCEL_BYTES);
    // An image that was refused has no file.
    const isOfNextPack = !image.problem && image.pack !== pack;
    if (isFull || isOfNextPack) {
      parcel = index;
      bytes = 0;
    }
    if (isOfNextPack) pack = image.pack;
    bytes += image.bytes;
    return createImage(jobId, index, parcel, image);
  });
}

/** The images grouped by parcel, in their order. */
export function parcelsOf(images: Iterable<JobImage>): Map<number, JobImage[]> {
  return Map.groupBy(images, ({ parcel }) => parcel);
}
