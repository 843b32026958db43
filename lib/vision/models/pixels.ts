/** Converts interleaved pixels to a network's input planes. Pure. */

export interface PlaneSettings {
  /** Size of the planes if larger than the image, which is then placed at the top left and padded with zeros. */
  readonly paddedWidth?: number;
  readonly paddedHeight?: number;
  /** Red first. The pixels have blue first. */
  readonly rgb?: boolean;
  /** Per plane: (x − mean) / deviation. */
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
}

/** Converts blue-green-red bytes to three consecutive planes of floats. */
export function toPlanes(
  pixels: Uint8Array,
  width: number,
  height: number,
  {
    paddedWidth = width,
    paddedHeight = height,
    rgb = false,
    mean = [0, 0, 0],
    deviation = [1, 1, 1],
  }: PlaneSettings = {},
): Float32Array {
  const area = paddedWidth * paddedHeight;
  const planes = new Float32Array(3 * area);
  for (let plane = 0; plane < 3; plane++) {
    const shift = mean[plane] as number;
    const factor = 1 / (deviation[plane] as number);
    let from = rgb ? 2 - plane : plane;
    for (let y = 0; y < height; y++) {
      let to = plane * area + y * paddedWidth;
      for (const end = to + width; to < end; to++, from += 3) planes[to] = ((pixels[from] as number) - shift) * factor;
    }
  }
  return planes;
}
