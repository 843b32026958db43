/** Which detector gets the next image. */

export interface Candidate {
  readonly nodeID: string;
  /** In this process: an image gets there without being copied. */
  readonly isLocal: boolean;
  /** Missed its last heartbeats; it may be stopped, or cut off. */
  readonly isSilent: boolean;
  readonly threads: number;
  /** Images it takes at once: one for each thread, and those that may wait. */
  readonly capacity: number;
  /** Images it has, as far as is known here. */
  readonly busy: number;
  /** Time an image keeps one of its threads busy, lately. */
  readonly serviceMs: number;
  readonly models: readonly string[];
}

/**
 * The one with the fewest images for each of its threads, so that a slow one, which keeps its images longer, gets less.
 * One in this process is preferred while it has an idle thread, and among equals; other equals are taken in turn.
 * @param turn any number that is another one at each call
 * @returns none if all are full.
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

/** When the first of full detectors will have worked off what waits there, in whole seconds, at least one. */
export function retryAfterSeconds(candidates: readonly Candidate[]): number {
  const backlogsMs = candidates.map(({ busy, threads, serviceMs }) => ((busy - threads) * serviceMs) / threads);
  return Math.max(1, Math.ceil(Math.min(...backlogsMs) / 1000));
}
