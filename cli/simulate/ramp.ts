/** Finds the knee: the highest rate at which the service still answers in time and refuses nobody. */
import type { LoadFigures } from "./recorder.ts";

export interface Trial {
  readonly requestsPerSecond: number;
  readonly isGood: boolean;
  /** Why it is not good. */
  readonly reason?: string;
  readonly figures: LoadFigures;
}

type Judged = Pick<Trial, "requestsPerSecond" | "isGood">;

export interface RampSettings {
  readonly startRate: number;
  /** The knee is known when good and bad rates are no further apart than this share. */
  readonly tolerance: number;
  readonly maxTrials: number;
}

/** The next rate to try: doubled while all is well, then halving what lies between good and bad. */
export function nextRate(
  trials: readonly Judged[],
  { startRate, tolerance, maxTrials }: RampSettings,
): number | undefined {
  if (trials.length >= maxTrials) return undefined;
  if (trials.length === 0) return startRate;
  const lowestBad = lowestBadOf(trials)?.requestsPerSecond;
  // Above a rate that was bad a good one was luck.
  const highestGood = kneeOf(trials)?.requestsPerSecond ?? 0;
  if (lowestBad === undefined) return 2 * highestGood;
  if (highestGood === 0) return lowestBad > startRate / 64 ? lowestBad / 2 : undefined;
  if (lowestBad / highestGood <= 1 + tolerance) return undefined;
  return Math.sqrt(highestGood * lowestBad);
}

/** The lowest rate that was bad: what the machine was busy with then may have passed. */
export function lowestBadOf<T extends Judged>(trials: readonly T[]): T | undefined {
  return trials.filter(({ isGood }) => !isGood).sort((a, b) => a.requestsPerSecond - b.requestsPerSecond)[0];
}

/** The best trial below all bad ones. */
export function kneeOf<T extends Judged>(trials: readonly T[]): T | undefined {
  const tooMuch = lowestBadOf(trials)?.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  return trials
    .filter(({ isGood, requestsPerSecond }) => isGood && requestsPerSecond < tooMuch)
    .sort((a, b) => b.requestsPerSecond - a.requestsPerSecond)[0];
}

/**
 * Tries rates until the knee is known. A hiccup of the machine must not be taken for it: what was bad is tried again at
 * once, and the lowest bad rate once more in the end.
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

/** Judges what came of a rate. @param limitMs Longest time that 95 % of the answers may take. */
export function judge(
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
