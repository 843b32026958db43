/** Converts pixels to the values of a network's input. Pure. */
import type { Size } from "../size.ts";
import type { TensorInput } from "./input.ts";

/** The pixels of an image and their position in the input. */
export interface PlacedPixels extends Size {
  /** Only if the input is larger than the image: the input's size and the image's position in it. */
  readonly frame?: Size & { readonly left: number; readonly top: number };
  /** Value of the pixels beside the image in the input. */
  readonly padding?: number;
}

/** @param pixels Blue, green and red of each pixel, row by row. */
export function toTensor(
  pixels: Uint8Array,
  { width, height, frame = { width, height, left: 0, top: 0 }, padding = 0 }: PlacedPixels,
  { colors, mean, deviation, axes }: TensorInput,
): Float32Array {
  const area = frame.width * frame.height;
  const values = new Float32Array(3 * area);
  const [channelStep, pixelStep] = axes === "nchw" ? [area, 1] : [1, 3];
  const isPadded = frame.width > width || frame.height > height;
  for (let channel = 0; channel < 3; channel++) {
    const shift = mean[channel] as number;
    const factor = 1 / (deviation[channel] as number);
    const first = channel * channelStep;
    const beside = (padding - shift) * factor;
    if (isPadded && beside !== 0)
      for (let to = first, left = area; left > 0; left--, to += pixelStep) values[to] = beside;
    let from = colors === "rgb" ? 2 - channel : channel;
    for (let y = 0; y < height; y++) {
      let to = first + ((frame.top + y) * frame.width + frame.left) * pixelStep;
      for (const end = to + width * pixelStep; to < end; to += pixelStep, from += 3)
        values[to] = ((pixels[from] as number) - shift) * factor;
    }
  }
  return values;
}
