/** What a search for faces costs, known before it begins. Pure. */
import type { DetectionOptions } from "../contracts/options.ts";

const WINDOW = 24; // Side of the cascade's window, in pixels.

/**
 * How many windows a cascade looks at in an image of this size: the image is shrunk by powers of the scale factor, and
 * a window stands at each pixel of each shrunk image, or at every second in both directions below half the size.
 * Source: OpenCV, CascadeClassifierImpl::detectMultiScaleNoGrouping.
 */
export function countWindows(
  { width, height }: { readonly width: number; readonly height: number },
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
