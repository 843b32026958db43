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

/** Reads the file, or returns IMAGE_TOO_LARGE. */
export function sized(bytes: number, { maxImageBytes }: UploadLimits, read: () => Buffer): Buffer | Failure {
  return bytes <= maxImageBytes ? read() : imageTooLarge(maxImageBytes);
}

export function tooManyImages({ maxImagesPerRequest }: UploadLimits): Failure {
  const most = maxImagesPerRequest === 1 ? "one image" : `${maxImagesPerRequest} images`;
  const detail = `The request has more than ${most}.`;
  return failure("TOO_MANY_IMAGES", detail, { maxImagesPerRequest });
}
