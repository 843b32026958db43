/** Non-maximum suppression: the best of several overlapping boxes remains. Pure. */
import type { CheckTime } from "../check-time.ts";
import type { DetectedClass } from "./boxes.ts";
import type { Corners } from "./geometry.ts";

interface Candidate {
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

/**
 * Greedy non-maximum suppression: best first, dropping boxes that overlap a better one by more than the limit.
 * @param checkTime Called for each candidate, since each is compared with all that remain. Its errors are thrown.
 */
export function suppress<T extends Candidate>(candidates: readonly T[], limit: number, checkTime: CheckTime): T[] {
  const kept: T[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    checkTime();
    if (kept.every(({ corners }) => overlap(corners, candidate.corners) <= limit)) kept.push(candidate);
  }
  return kept;
}

/** Suppression per class, see `suppress`. The result is sorted best first. */
export function suppressByClass(
  objects: readonly DetectedClass[],
  limit: number,
  checkTime: CheckTime,
): DetectedClass[] {
  const classes = Map.groupBy(objects, ({ classIndex }) => classIndex);
  return Array.from(classes.values(), (ofClass) => suppress(ofClass, limit, checkTime))
    .flat()
    .sort((a, b) => b.score - a.score);
}
