/** Boxes as corners, and operations shared by all detectors. Pure. */
import type { Box } from "../../contracts/receipt.ts";

/** Left, top, right, bottom, in pixels. */
export type Corners = readonly [left: number, top: number, right: number, bottom: number];

export interface Candidate {
  readonly corners: Corners;
  readonly score: number;
}

/** Intersection over union. */
export function overlap(a: Corners, b: Corners): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (area(a) + area(b) - both);
}

function area([left, top, right, bottom]: Corners): number {
  return (right - left) * (bottom - top);
}

/** Greedy non-maximum suppression: best first, dropping boxes that overlap a better one by more than the limit. */
export function suppress<T extends Candidate>(candidates: readonly T[], limit: number): T[] {
  const kept: T[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score))
    if (kept.every(({ corners }) => overlap(corners, candidate.corners) <= limit)) kept.push(candidate);
  return kept;
}

/** The part of a box inside the image, in whole pixels; undefined if empty. */
export function toBox([left, top, right, bottom]: Corners, width: number, height: number): Box | undefined {
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
  const [x, y] = [within(left, width), within(top, height)];
  const [w, h] = [within(right, width) - x, within(bottom, height) - y];
  return w > 0 && h > 0 ? [x, y, w, h] : undefined;
}

/** Six decimals exceed the agreement between machines and halve the length. */
export function rounded(value: number, decimals = 6): number {
  return Number(value.toFixed(decimals));
}
