/** Finds the knee: the highest rate at which the service still answers in time and refuses nobody. */
import type { LoadFigures } from "./recorder.ts";

export interface Trial {
  readonly requestsPerSecond: number;
  readonly isGood: boolean;
  /** Why it is not good. */
  readonly reason?: string;
  readonly figures: LoadFigures;
}

export interface RampSettings {
  readonly startRate: number;
  /** The knee is known when good and bad rates are no further apart than this share. */
  readonly tolerance: number;
  readonly maxTrials: number;
}

/** The next rate to try: doubled while all is well, then halving what lies between good and bad. */
export function nextRate(
  trials: readonly Pick<Trial, "requestsPerSecond" | "isGood">[],
  { startRate, tolerance, maxTrials }: RampSettings,
): number | undefined {
  if (trials.length >= maxTrials) return undefined;
  const rates = (isGood: boolean) =>
    trials.filter((trial) => trial.isGood === isGood).map(({ requestsPerSecond }) => requestsPerSecond);
  const lowestBad = Math.min(...rates(false));
  // Above a rate that was bad a good one was luck.
  const highestGood = Math.max(0, ...rates(true).filter((rate) => rate < lowestBad));
  if (trials.length === 0) return startRate;
  if (lowestBad === Number.POSITIVE_INFINITY) return 2 * highestGood;
  if (highestGood === 0) return lowestBad > startRate / 64 ? lowestBad / 2 : undefined;
  if (lowestBad / highestGood <= 1 + tolerance) return undefined;
  return Math.sqrt(highestGood * lowestBad);
}

/** The best trial below all bad ones. */
export function kneeOf(trials: readonly Trial[]): Trial | undefined {
  const lowestBad = Math.min(...trials.filter(({ isGood }) => !isGood).map((trial) => trial.requestsPerSecond));
  return trials
    .filter(({ isGood, requestsPerSecond }) => isGood && requestsPerSecond < lowestBad)
    .sort((a, b) => b.requestsPerSecond - a.requestsPerSecond)[0];
}

/** Judges what came of a rate. */
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
