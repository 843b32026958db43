/** Findings of object detectors, and boxes as they are reported. Pure. */
import type { Box } from "../../contracts/receipt.ts";
import type { Corners } from "./geometry.ts";

/** An object as a network finds it. */
export interface DetectedClass {
  readonly corners: Corners;
  readonly score: number;
  /** Index of the class: the line of the file of labels, from 0. */
  readonly classIndex: number;
}

/** The part of a box inside the image, in whole pixels; undefined if empty. */
export function toBox([left, top, right, bottom]: Corners, width: number, height: number): Box | undefined {
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
  const [x, y] = [within(left, width), within(top, height)];
  const [w, h] = [within(right, width) - x, within(bottom, height) - y];
  return w > 0 && h > 0 ? [x, y, w, h] : undefined;
}

/** Rounds a number. Six decimals are more precise than the agreement between machines, and halve the length. */
export function rounded(value: number, decimals = 6): number {
  return Number(value.toFixed(decimals));
}
