import type { Config } from "../config.ts";
import { type Failure, failure } from "../errors.ts";

export type UploadLimits = Pick<
  Config,
  "maxImageBytes" | "maxImagesPerRequest" | "maxRequestBytes" | "maxJsonBytes" | "uploadIdleTimeoutMs"
>;

export interface UploadedImage {
  readonly fileName: string | null;
  /** The file's bytes, or why there are none. */
  readonly file: Buffer | Failure;
}

/** The file, or the failure that it is too large. */
export function sized(bytes: number, { maxImageBytes }: UploadLimits, read: () => Buffer): Buffer | Failure {
  if (bytes <= maxImageBytes) return read();
  return failure("IMAGE_TOO_LARGE", `The file has more than ${maxImageBytes} bytes.`, { maxImageBytes });
}

export function tooManyImages({ maxImagesPerRequest }: UploadLimits): Failure {
  const detail = `The request has more than ${maxImagesPerRequest} images.`;
  return failure("TOO_MANY_IMAGES", detail, { maxImagesPerRequest });
}
