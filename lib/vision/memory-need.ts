/** How much memory an image takes while it is in work. Pure. */
import type { ImageFormat, ImageHeader } from "./headers/header.ts";

/** Smaller images are not counted: what all threads take for them is little beside what the networks take. */
const UNCOUNTED_PIXELS = 2_000_000;

/**
 * Most bytes for each pixel that a decoder takes beside the pixels that come out, as `bench/image-memory.ts` measures
 * them with the variant of each format that takes most, rounded up.
 */
const DECODER_BYTES: Readonly<Record<ImageFormat, number>> = {
  jpeg: 9, // Progressive: the coefficients of up to four components.
  png: 1,
  webp: 7,
  bmp: 4, // Rewritten where it has channel masks.
  tiff: 8, // One strip: its samples, and the same as RGBA.
  gif: 1,
  heif: 7,
};
/** An image that is evened out for the cascade, and copied for the engine; one that is turned or drawn into. */
const COPIES = 3;

/** Bytes that are to be taken from the budget: 0 for small images. */
export function memoryNeed({ format, width, height }: ImageHeader, needsColor: boolean): number {
  const pixels = width * height;
  if (pixels <= UNCOUNTED_PIXELS) return 0;
  const channels = needsColor ? 3 : 1;
  // What decoding takes is given back before the copies are made.
  return pixels * Math.max(DECODER_BYTES[format] + channels, COPIES * channels);
}
