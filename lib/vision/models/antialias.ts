/** Scales a part of an image with Pillow's filter. */
import { giveBack, pixelsOf, scoped } from "../memory.ts";
import type { Mat, OpenCv } from "../opencv.ts";
import type { Size } from "../size.ts";
import type { Region } from "./geometry.ts";
import { filtered } from "./triangle-filter.ts";

/**
 * Scale up to which the filter is used. It reads every pixel, so larger images are first reduced by whole factors, with
 * means of areas.
 */
const FILTERED_SCALE = 2;

/**
 * @param region The part, which may begin and end within pixels.
 * @param read Gets three bytes for each pixel, row by row, which it must not keep.
 */
export function withAntialiased<T>(
  cv: OpenCv,
  image: Mat,
  region: Region,
  scaled: Size,
  read: (pixels: Uint8Array) => T,
): T {
  const [scaleX, scaleY] = [region.width / scaled.width, region.height / scaled.height];
  // Includes all pixels that have a weight.
  const margin = Math.ceil(Math.max(scaleX, scaleY, 1));
  const [x, y] = [Math.max(0, Math.floor(region.x) - margin), Math.max(0, Math.floor(region.y) - margin)];
  const width = Math.min(image.cols, Math.ceil(region.x + region.width) + margin) - x;
  const height = Math.min(image.rows, Math.ceil(region.y + region.height) + margin) - y;
  using part = scoped(image.getRegion(new cv.Rect(x, y, width, height)));

  const reduced = (side: number, scale: number) => Math.ceil(side / Math.max(1, Math.floor(scale / FILTERED_SCALE)));
  const size = { width: reduced(width, scaleX), height: reduced(height, scaleY) };
  const [shrinkX, shrinkY] = [size.width / width, size.height / height];
  const inReduced = {
    x: (region.x - x) * shrinkX,
    y: (region.y - y) * shrinkY,
    width: region.width * shrinkX,
    height: region.height * shrinkY,
  };
  const result = pixelsOf(part.resize(size.height, size.width, 0, 0, cv.INTER_AREA), (pixels) =>
    filtered(pixels, size, inReduced, scaled),
  );
  try {
    return read(result);
  } finally {
    giveBack(result);
  }
}
