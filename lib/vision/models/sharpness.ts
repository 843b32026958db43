/** How sharp a grey image is. Pure. */
import type { Region } from "./geometry.ts";

export interface GreyPixels {
  readonly values: Float32Array;
  /** Number of pixels in a row. */
  readonly width: number;
}

/** Number of pixels on each side of a pixel over which it is blurred for comparison. */
const REACH = 4;

/**
 * The share of the differences between neighbouring pixels that disappears if the image is blurred, from 0 to 1. An
 * image that is already blurred loses little. The lower value of the two directions counts, since motion blurs in one.
 * Neither contrast nor brightness changes it.
 *
 * The image is blurred by the mean B of 9 pixels in a line. Over all pixels, with the differences dF and dB of a pixel
 * from the one before it, the share is Σ max(0, |dF| − |dB|) / Σ |dF|; 0 if there are no differences.
 *
 * Source: Crété, Dolmière, Ladret and Nicolas, The blur effect: perception and estimation with a new no-reference
 * perceptual blur metric (2007), as 1 − their measure.
 * @param region A region with at least `REACH` + 1 pixels of the image on each side.
 */
export function sharpness({ values, width }: GreyPixels, region: Region): number {
  return Math.min(lostAlong(1), lostAlong(width));

  function lostAlong(step: number): number {
    const at = (index: number) => values[index] as number;
    let [lost, all] = [0, 0];
    for (let y = region.y; y < region.y + region.height; y++)
      for (let x = region.x; x < region.x + region.width; x++) {
        const index = y * width + x;
        const difference = Math.abs(at(index) - at(index - step));
        // The means of neighbours differ by the pixel that is added and the one that is dropped.
        const blurred = Math.abs(at(index + REACH * step) - at(index - (REACH + 1) * step)) / (2 * REACH + 1);
        all += difference;
        lost += Math.max(0, difference - blurred);
      }
    return all > 0 ? lost / all : 0;
  }
}
