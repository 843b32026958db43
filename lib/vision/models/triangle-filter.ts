/**
 * Scales an image as Pillow does with its bilinear filter, byte for byte and on every processor: each new pixel is a
 * weighted mean of the pixels around its place, with weights that fall linearly to 0 at a distance of one new pixel (or
 * of one old pixel, where the image is enlarged). Classifiers are usually trained and evaluated with it. OpenCV has no
 * such filter: its bilinear interpolation skips pixels, and its mean of areas has sharp edges. Pure.
 */
import { giveBack } from "../memory.ts";
import type { Size } from "../size.ts";
import type { Region } from "./geometry.ts";

/** Bits of a weight after the binary point. With 8 more for the values, sums fit into 32 bits. */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/** For each new pixel of a line, the first old pixel, the one after the last, and their weights, all as integers. */
interface Weights {
  readonly first: readonly number[];
  readonly end: readonly number[];
  /** Weights, `perPixel` for each new pixel. */
  readonly values: readonly number[];
  readonly perPixel: number;
}

function weightsOf(size: number, from: number, extent: number, count: number): Weights {
  const scale = extent / count;
  const reach = Math.max(scale, 1);
  const perPixel = 2 * Math.ceil(reach) + 1;
  const first: number[] = [];
  const end: number[] = [];
  const values = Array<number>(count * perPixel).fill(0);
  for (let index = 0; index < count; index++) {
    const centre = from + (index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const stop = Math.min(size, Math.trunc(centre + reach + 0.5));
    const shareOf = (pixel: number) => Math.max(0, 1 - Math.abs(pixel + 0.5 - centre) / reach);
    let sum = 0;
    for (let pixel = start; pixel < stop; pixel++) sum += shareOf(pixel);
    for (let pixel = start; pixel < stop; pixel++)
      values[index * perPixel + pixel - start] = Math.round((shareOf(pixel) / sum) * 2 ** PRECISION);
    first.push(start);
    end.push(stop);
  }
  return { first, end, values, perPixel };
}

/** Scales each of the rows of an image of three bytes a pixel. */
function scaledAcross(pixels: Uint8Array, { width, height }: Size, { first, end, values, perPixel }: Weights) {
  const scaled = new Uint8Array(3 * first.length * height);
  let to = 0;
  for (let row = 0; row < 3 * width * height; row += 3 * width)
    for (let index = 0; index < first.length; index++) {
      // No arrays here, because most of the time is spent in this loop.
      let a = HALF;
      let b = HALF;
      let c = HALF;
      let weight = index * perPixel;
      const stop = row + 3 * (end[index] as number);
      for (let at = row + 3 * (first[index] as number); at < stop; at += 3) {
        const factor = values[weight++] as number;
        a += Math.imul(factor, pixels[at] as number);
        b += Math.imul(factor, pixels[at + 1] as number);
        c += Math.imul(factor, pixels[at + 2] as number);
      }
      scaled[to++] = a >> PRECISION;
      scaled[to++] = b >> PRECISION;
      scaled[to++] = c >> PRECISION;
    }
  return scaled;
}

/** Makes new rows as weighted means of rows with this many bytes. */
function scaledDown(bytes: Uint8Array, row: number, { first, end, values, perPixel }: Weights): Uint8Array {
  const scaled = new Uint8Array(row * first.length);
  const sums = new Int32Array(row);
  for (let index = 0; index < first.length; index++) {
    sums.fill(HALF);
    const [start, stop] = [first[index] as number, end[index] as number];
    for (let at = start; at < stop; at += 2) {
      // Two rows at a time. The second may be the first again, with a weight of 0.
      const factor = values[index * perPixel + at - start] as number;
      const next = at + 1 < stop ? (values[index * perPixel + at + 1 - start] as number) : 0;
      addRows(sums, bytes, row * at, factor, row * Math.min(at + 1, stop - 1), next);
    }
    for (let byte = 0; byte < row; byte++) scaled[index * row + byte] = (sums[byte] as number) >> PRECISION;
  }
  return scaled;
}

function addRows(sums: Int32Array, bytes: Uint8Array, a: number, factorA: number, b: number, factorB: number): void {
  for (let byte = 0; byte < sums.length; byte++) {
    const added = Math.imul(factorA, bytes[a + byte] as number) + Math.imul(factorB, bytes[b + byte] as number);
    sums[byte] = (sums[byte] as number) + added;
  }
}

/**
 * @param pixels Three bytes each, row by row.
 * @param region Part of the image, which may begin and end within pixels. Pixels next to it have a weight at its edges.
 */
export function filtered(pixels: Uint8Array, size: Size, region: Region, scaled: Size): Uint8Array {
  const across = weightsOf(size.width, region.x, region.width, scaled.width);
  const down = weightsOf(size.height, region.y, region.height, scaled.height);
  const narrow = scaledAcross(pixels, size, across);
  const result = scaledDown(narrow, 3 * scaled.width, down);
  giveBack(narrow);
  return result;
}
