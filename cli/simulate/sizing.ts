/** Computes the threads and replicas for a wanted rate. */

/** Target utilisation: a service planned at its limit has no headroom for peaks. */
const PLANNED_USE = 0.8;

export interface Sizing {
  readonly wantedImagesPerSecond: number;
  /** Rate of one thread with a core of its own. */
  readonly imagesPerSecondPerThread: number;
  readonly plannedUse: number;
  readonly threads: number;
  /** Number of replicas, each with as many threads as the measured one. */
  readonly replicas: number;
  /** Whether the measured rate was the service's limit. If not, fewer replicas may suffice. */
  readonly isOfLimit: boolean;
}

export function sizingFor(
  wantedImagesPerSecond: number,
  measured: { imagesPerSecond: number; threads: number; isLimit: boolean },
): Sizing {
  const imagesPerSecondPerThread = measured.imagesPerSecond / measured.threads;
  const threads = Math.max(1, Math.ceil(wantedImagesPerSecond / (imagesPerSecondPerThread * PLANNED_USE)));
  return {
    wantedImagesPerSecond,
    imagesPerSecondPerThread,
    plannedUse: PLANNED_USE,
    threads,
    replicas: Math.ceil(threads / measured.threads),
    isOfLimit: measured.isLimit,
  };
}

export function describeSizing(sizing: Sizing, threadsPerReplica: number): string {
  const { wantedImagesPerSecond, threads, replicas, imagesPerSecondPerThread, isOfLimit } = sizing;
  const each = `${imagesPerSecondPerThread.toFixed(1)} images/s per thread, planned for ${PLANNED_USE * 100} % use`;
  const caution = isOfLimit ? "" : " The service was not at its limit: fewer may do; --ramp tells.";
  const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  return (
    `${wantedImagesPerSecond} images/s need ${plural(threads, "thread")}, which is ${plural(replicas, "replica")} ` +
    `of ${plural(threadsPerReplica, "thread")} (${each}; each thread with a core of its own).${caution}`
  );
}
