import type { Config } from "../../config.ts";
import { type Failure, failure, imageTooLarge } from "../../errors.ts";

export type UploadLimits = Pick<
  Config,
  | "maxImageBytes"
  | "maxImagesPerRequest"
  | "maxRequestBytes"
  | "maxJsonBytes"
  | "uploadIdleTimeoutMs"
  | "minUploadBytesPerSecond"
  | "imageUrls"
  | "maxImageUrlsPerRequest"
  | "imageUrlsTimeoutMs"
>;

export interface UploadedImage {
  readonly fileName: string | null;
  /** The file's bytes, or the failure if they are missing. */
  readonly file: Buffer | Failure;
  /** URL that the file was fetched from; absent if the request contained its bytes. It may contain a secret. */
  readonly url?: string;
}

/** For what surrounds the images, such as the headers of a form's parts. */
const FRAME_BYTES = 2 ** 20;

/**
 * Limits of a request with a fixed number of images. Base64 takes four bytes for three, and line breaks, so such a
 * request needs less than twice the bytes of its images.
 */
export function limitsFor<L extends UploadLimits>(images: number, limits: L): L {
  const maxRequestBytes = Math.min(limits.maxRequestBytes, 2 * images * limits.maxImageBytes + FRAME_BYTES);
  return { ...limits, maxImagesPerRequest: images, maxRequestBytes };
}

/** Reads the file, or returns IMAGE_TOO_LARGE. */
export function sized(bytes: number, { maxImageBytes }: UploadLimits, read: () => Buffer): Buffer | Failure {
  return bytes <= maxImageBytes ? read() : imageTooLarge(maxImageBytes);
}

/** `one image`, `5 images`. */
export const imagesInWords = (count: number): string => (count === 1 ? "one image" : `${count} images`);

export function tooManyImages({ maxImagesPerRequest }: UploadLimits): Failure {
  const detail = `The request has more than ${imagesInWords(maxImagesPerRequest)}.`;
  return failure("TOO_MANY_IMAGES", detail, { maxImagesPerRequest });
}
