/** From interleaved pixels to the planes a network takes. Pure. */

export interface PlaneSettings {
  /** Size of the planes where it is larger than the image, which then lies at the upper left of zeros. */
  readonly paddedWidth?: number;
  readonly paddedHeight?: number;
  /** Red first, where the pixels have blue first. */
  readonly rgb?: boolean;
  /** Of the planes in their order: (x − mean) / deviation. */
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
}

/** Blue-green-red bytes as three planes of floats, one behind the other. */
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
