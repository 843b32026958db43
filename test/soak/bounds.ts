/** Whether what a service takes levels off. Pure. */
import type { Sample } from "./measure.ts";

/** The last quarter of a run may have so much more than the quarter before it, at the median. */
const MEMORY_GROWTH = 0.1;
const HANDLES_GROWTH = 20;

/**
 * In the second half of a run the process is not killed, so its memory and its handles must level off.
 * @returns what grew beyond its bound.
 */
export function growth(samples: readonly Sample[], seconds: number): string[] {
  const quarter = (n: number) => {
    const part = samples.filter(({ seconds: at }) => at >= (n / 4) * seconds && at < ((n + 1) / 4) * seconds);
    const ofAll = (value: (sample: Sample) => number) => median(part.map(value));
    return {
      count: part.length,
      memory: ofAll(({ memoryMiB }) => memoryMiB),
      handles: ofAll(({ handles }) => handles),
    };
  };
  const [before, last] = [quarter(2), quarter(3)];
  if (before.count === 0 || last.count === 0) return ["a quarter of the run has no samples"];
  const grown: string[] = [];
  if (last.memory > before.memory * (1 + MEMORY_GROWTH))
    grown.push(`memory grew from ${before.memory.toFixed()} to ${last.memory.toFixed()} MiB`);
  if (last.handles > before.handles + HANDLES_GROWTH)
    grown.push(`handles grew from ${before.handles} to ${last.handles}`);
  return grown;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @returns 0 for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
