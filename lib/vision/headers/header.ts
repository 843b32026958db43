/** Image header data read before decoding, and the failures shared by all header readers. */
import { type Failure, failure } from "../../errors.ts";
import type { Size } from "../size.ts";

/** Decoder of a format. `heif` handles HEIC and AVIF. */
export type ImageFormat = "jpeg" | "png" | "webp" | "bmp" | "tiff" | "gif" | "heif";

export interface ImageHeader {
  readonly format: ImageFormat;
  /** Name for users: "JPEG", "BigTIFF", "HEIC", "AVIF". */
  readonly name: string;
  /** Pixels as stored, before the orientation is applied (HEIF: after the file's own transformations). */
  readonly width: number;
  readonly height: number;
  /**
   * Exif orientation, 1 to 8. For HEIF, the part of the file's own transformations that is left (heif-mirrors.ts), 1 to
   * 4.
   */
  readonly orientation: number;
  /** Only for HEIF: the decoded size, before the file's own transformations, which may crop the image. */
  readonly decoded?: Size;
  /**
   * Bytes that the decoder takes in addition to the usual ones for the pixels. WebP: tables of prefix codes. HEIF:
   * samples of more bits or chroma, an alpha channel, and images that are not shown.
   */
  readonly extraBytes?: number;
  /**
   * Only for HEIF: whether the image is grey in limited range, 16 (black) to 235 (white), which libheif 1.15 does not
   * expand.
   */
  readonly isLimitedRange?: boolean;
}

/** Exif orientation of an image stored as displayed. */
export const UPRIGHT = 1;

export function damaged(detail: string): Failure {
  return failure("UNDECODABLE_IMAGE", detail);
}

/** @param what The recognised format with its article, such as "a JPEG XL image". */
export function unsupported(what: string): Failure {
  const detail = `The file is ${what}, which is not supported; send JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF.`;
  return failure("UNSUPPORTED_MEDIA_TYPE", detail);
}

/** Whether the error is Node's for reading past the end of a Buffer. */
export function isPastEnd(error: unknown): boolean {
  if (!(error instanceof RangeError) || !("code" in error)) return false;
  return error.code === "ERR_OUT_OF_RANGE" || error.code === "ERR_BUFFER_OUT_OF_BOUNDS";
}
