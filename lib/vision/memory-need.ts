/** Estimates the memory that an image takes while in progress. Pure. */
import type { ImageFormat, ImageHeader } from "./headers/header.ts";

/** Smaller images are not counted: across all threads they take little memory compared with the networks. */
const UNCOUNTED_PIXELS = 2_000_000;
/** Memory that the decoder takes for the pixels of such an image. */
const UNCOUNTED_EXTRA_BYTES = 24_000_000;

/**
 * Peak bytes per pixel that a decoder takes in addition to its output: measured by `bench/image-memory.ts` on each
 * format's most expensive variant, and rounded up.
 */
const DECODER_BYTES: Readonly<Record<ImageFormat, number>> = {
  jpeg: 9, // A progressive JPEG takes the coefficients of up to four components.
  png: 1,
  webp: 7,
  bmp: 4, // A BMP with channel masks is rewritten.
  tiff: 8, // A TIFF takes the samples of one strip, and the strip as RGBA.
  gif: 1,
  heif: 7,
};
/**
 * Maximum copies of an image at once: equalized for the cascade and copied for the engine; or rotated, or drawn into.
 */
const COPIES = 3;

/** Bytes to take from the budget: 0 for small images. */
export function memoryNeed(header: ImageHeader, needsColor: boolean): number {
  const { extraBytes = 0 } = header;
  const pixels = decodedPixels(header);
  if (pixels <= UNCOUNTED_PIXELS && extraBytes <= UNCOUNTED_EXTRA_BYTES) return 0;
  // The decoder's memory is freed before the copies are made.
  return Math.max(decodingBytes(header, needsColor), pixels * COPIES * channelsOf(needsColor));
}

/** Bytes that decoding the image takes, with its pixels. */
export function decodingBytes(header: ImageHeader, needsColor: boolean): number {
  const { format, extraBytes = 0 } = header;
  return decodedPixels(header) * (DECODER_BYTES[format] + channelsOf(needsColor)) + extraBytes;
}

function decodedPixels(header: ImageHeader): number {
  const { width, height } = header.decoded ?? header;
  return width * height;
}

function channelsOf(needsColor: boolean): number {
  return needsColor ? 3 : 1;
}
