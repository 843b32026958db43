/** Ranges of the log's sequences: see `SequenceRange`. Pure. */
import type { SequenceRange } from "../ports/activity-store.ts";

/** The ranges sorted, with adjacent and overlapping ones joined. */
export function joined(ranges: readonly SequenceRange[]): SequenceRange[] {
  const result: [after: number, last: number][] = [];
  for (const [after, last] of [...ranges].sort(([a], [b]) => a - b)) {
    const before = result.at(-1);
    if (before && after <= before[1]) before[1] = Math.max(before[1], last);
    else result.push([after, last]);
  }
  return result;
}

/**
 * The last part of a range that none of the others covers; undefined if there is none. @param covered Result of
 * `joined`.
 */
export function newestGap([after, last]: SequenceRange, covered: readonly SequenceRange[]): SequenceRange | undefined {
  let end = last;
  for (const [start, stop] of covered.toReversed()) {
    if (start >= end) continue;
    if (stop < end) return end > after ? [Math.max(stop, after), end] : undefined;
    end = start;
  }
  return end > after ? [after, end] : undefined;
}

/** Whether any of the ranges overlaps with a covered one. @param covered Result of `joined`. */
export function overlap(ranges: readonly SequenceRange[], covered: readonly SequenceRange[]): boolean {
  return ranges.some(([after, last]) => covered.some(([start, stop]) => after < stop && start < last));
}
