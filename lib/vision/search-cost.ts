/** Computes the cost of a face search in advance. Pure. */
import type { DetectionOptions } from "../contracts/options.ts";
import type { Size } from "./size.ts";

const WINDOW = 24; // Side of the cascade's window, in pixels.

/**
 * Number of windows that the cascade evaluates in an image of this size. The image is shrunk by powers of the scale
 * factor; windows are placed at every pixel of each shrunk image, or at every second one in both directions for factors
 * below 2. If no window from the smallest size on fits, the largest one that fits is searched: it has few positions,
 * which are not counted.
 * Source: OpenCV, CascadeClassifierImpl::detectMultiScaleNoGrouping.
 */
export function countWindows(
  { width, height }: Size,
  { scaleFactor, minSize }: Pick<DetectionOptions, "scaleFactor" | "minSize">,
): number {
  const largest = Math.min(width, height);
  let windows = 0;
  for (let factor = 1; WINDOW * factor <= largest; factor *= scaleFactor) {
    if (Math.round(WINDOW * factor) < minSize) continue;
    const step = factor >= 2 ? 1 : 2;
    const positions = (side: number) => Math.max(0, Math.ceil((Math.round(side / factor) + 1 - WINDOW) / step));
    windows += positions(width) * positions(height);
  }
  return windows;
}
