/** Chooses the detector for the next image. */

export interface Candidate {
  readonly nodeID: string;
  /** Whether the detector is in this process, so that images reach it without a copy. */
  readonly isLocal: boolean;
  /** Whether the detector missed its latest heartbeats, because it is suspended or partitioned. */
  readonly isSilent: boolean;
  readonly threads: number;
  /** Images it accepts at once: one per thread plus its queue. */
  readonly capacity: number;
  /** Images in flight there, as far as this node knows. */
  readonly busy: number;
  /** Recent time an image occupies a thread. */
  readonly serviceMs: number;
  readonly models: readonly string[];
}

/**
 * The detector with the fewest images per thread, so that a slow one gets fewer.
 *
 * The local detector is preferred while it has an idle thread and on ties; other ties are broken round-robin.
 * @param turn Any number that changes with each call.
 * @returns undefined if all are full.
 */
export function chooseDetector(candidates: readonly Candidate[], turn: number): Candidate | undefined {
  const withRoom = candidates.filter(({ busy, capacity }) => busy < capacity);
  const awake = withRoom.filter(({ isSilent }) => !isSilent);
  const open = awake.length > 0 ? awake : withRoom;
  const local = open.find(({ isLocal }) => isLocal);
  if (local && local.busy < local.threads) return local;
  const least = Math.min(...open.map(load));
  const equals = open.filter((candidate) => load(candidate) === least);
  return equals.find(({ isLocal }) => isLocal) ?? equals[turn % equals.length];
}

function load({ busy, threads }: Candidate): number {
  return busy / threads;
}

/** Whole seconds, at least 1, until the first of the full detectors has drained its present queue. */
export function retryAfterSeconds(candidates: readonly Candidate[]): number {
  const backlogsMs = candidates.map(({ busy, threads, serviceMs }) => ((busy - threads) * serviceMs) / threads);
  return Math.max(1, Math.ceil(Math.min(...backlogsMs) / 1000));
}
