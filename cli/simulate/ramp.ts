/** Finds the knee: the highest rate at which the service still answers in time and refuses no requests. */
import type { LoadFigures } from "./recorder.ts";

export interface Trial {
  readonly requestsPerSecond: number;
  readonly isGood: boolean;
  /** Why the rate is bad; absent if it is good. */
  readonly reason?: string;
  readonly figures: LoadFigures;
}

type Judged = Pick<Trial, "requestsPerSecond" | "isGood">;

export interface RampSettings {
  readonly startRate: number;
  /** The search ends once the good and bad rates differ by no more than this fraction. */
  readonly tolerance: number;
  readonly maxTrials: number;
}

/** The next rate to try: doubles while rates are good, then bisects between good and bad. */
function nextRate(trials: readonly Judged[], { startRate, tolerance, maxTrials }: RampSettings): number | undefined {
  if (trials.length >= maxTrials) return undefined;
  if (trials.length === 0) return startRate;
  const lowestBad = lowestBadOf(trials)?.requestsPerSecond;
  // A good rate above a bad one counts as luck.
  const highestGood = kneeOf(trials)?.requestsPerSecond ?? 0;
  if (lowestBad === undefined) return 2 * highestGood;
  if (highestGood === 0) return lowestBad > startRate / 64 ? lowestBad / 2 : undefined;
  if (lowestBad / highestGood <= 1 + tolerance) return undefined;
  return Math.sqrt(highestGood * lowestBad);
}

/** The lowest bad rate, which may have been bad only because the machine was busy. */
function lowestBadOf<T extends Judged>(trials: readonly T[]): T | undefined {
  return trials.filter(({ isGood }) => !isGood).sort((a, b) => a.requestsPerSecond - b.requestsPerSecond)[0];
}

/** The highest good rate below all bad ones. */
export function kneeOf<T extends Judged>(trials: readonly T[]): T | undefined {
  const tooMuch = lowestBadOf(trials)?.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  return trials
    .filter(({ isGood, requestsPerSecond }) => isGood && requestsPerSecond < tooMuch)
    .sort((a, b) => b.requestsPerSecond - a.requestsPerSecond)[0];
}

/**
 * Tries rates until the knee is found. To rule out a hiccup of the machine, a bad rate is retried at once, and the
 * lowest bad rate once more at the end.
 * @returns the trials that count.
 */
export async function findKnee<T extends Judged>(
  tryRate: (requestsPerSecond: number) => Promise<T>,
  settings: RampSettings,
  signal: AbortSignal,
): Promise<T[]> {
  let trials: T[] = [];
  let confirmed: T | undefined;
  for (;;) {
    const next = nextRate(trials, settings);
    const bad = lowestBadOf(trials);
    const rate = next ?? (bad === confirmed ? undefined : bad?.requestsPerSecond);
    if (rate === undefined) return trials;
    let trial = await tryRate(rate);
    if (next !== undefined && !trial.isGood && !signal.aborted) trial = await tryRate(rate);
    if (signal.aborted) return trials;
    if (next !== undefined) {
      trials = [...trials, trial];
    } else {
      trials = trials.map((earlier) => (earlier === bad ? trial : earlier));
      confirmed = trial;
    }
  }
}

/** A rate and the verdict on it. @param limitMs Highest acceptable p95 latency. */
export function trialOf(
  requestsPerSecond: number,
  { figures, wasCutShort }: { figures: LoadFigures; wasCutShort: boolean },
  limitMs: number,
): Trial {
  const [error] = Object.keys(figures.errors);
  const { p95 } = figures.latencyMs;
  const reason =
    error !== undefined
      ? `${figures.requests.failed} requests failed (${error})`
      : wasCutShort
        ? "answers fell behind"
        : p95 > limitMs
          ? `p95 ${p95.toFixed(0)} ms`
          : undefined;
  return { requestsPerSecond, isGood: reason === undefined, ...(reason !== undefined && { reason }), figures };
}

export function describeTrial({ requestsPerSecond, isGood, reason, figures }: Trial): string {
  const done = `${figures.imagesPerSecond.toFixed(1)} images/s, p95 ${figures.latencyMs.p95.toFixed(1)} ms`;
  return `${requestsPerSecond.toFixed(1)} requests/s: ${done}, ${isGood ? "good" : `too much: ${reason}`}`;
}
