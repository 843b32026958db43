import { toProblem } from "../contracts/problem.ts";
import { failure, isFailure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Clock } from "../time/clock.ts";
import { timestampOf } from "../time/timestamp.ts";
import { enqueuePending, imagePages } from "./enqueue.ts";
import { awaitsRetry, type Job, type JobImage, keepsImages } from "./job.ts";
import { parcelsOf } from "./parcel.ts";
import { loseImage, retryImage } from "./transitions.ts";

const PAGE = 500;

export interface RecoverySettings {
  readonly maxAttempts: number;
  /**
   * Longest time that an attempt may take, in milliseconds. Without a task, an older attempt counts as lost, and so
   * does the attempt of a job that has been idle for as long.
   */
  readonly lostAfterMs: number;
  /** A job that has had no task and made no progress for this time, in milliseconds, is recovered. */
  readonly idleAfterMs: number;
  readonly finishIfDone: (jobId: string) => Promise<void>;
  /** Called when a job cannot be recovered, with a name for the log. The next run tries again. */
  readonly onError: (error: unknown, work: string) => void;
  readonly clock: Clock;
}

/** A job without tasks, as it was when it was first found to be without. */
interface Idle {
  readonly progress: string;
  /** When it was first seen idle, by the clock's `steady`. */
  readonly since: number;
}

/**
 * Recovers unfinished jobs without a task in the queue: a node died between storing and enqueueing, or the queue lost
 * the task. Images that were being processed count as lost (see `loseImage`).
 *
 * Another node may be enqueueing the images of a job that has no task yet, or whose tasks are done faster than they are
 * enqueued. So a job must have been idle for a while.
 */
export class Recovery {
  readonly #backends: Backends;
  readonly #settings: RecoverySettings;
  readonly #idle = new Map<string, Idle>();

  constructor(backends: Backends, settings: RecoverySettings) {
    this.#backends = backends;
    this.#settings = settings;
  }

  /**
   * Looks at each unfinished job once. A job that cannot be read or changed keeps no other from being recovered. Must
   * not be called concurrently.
   * @throws STORE_UNAVAILABLE; the reason of `signal` between two jobs
   */
  async run(signal?: AbortSignal): Promise<void> {
    const { store, queue } = this.#backends;
    const filter = { states: ["queued", "running"] } as const;
    const sort = { by: "createdAt", descending: false } as const;
    const unfinished = new Set<string>();
    const inQueue = await queue.jobsWithTasks();
    for (let cursor: string | undefined; ; ) {
      const page = await store.listJobs({ filter, sort, limit: PAGE, ...(cursor && { cursor }) });
      for (const job of page.items) {
        signal?.throwIfAborted();
        unfinished.add(job.id);
        if (inQueue.has(job.id)) this.#idle.delete(job.id);
        else await this.#visit(job);
      }
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    for (const id of this.#idle.keys()) if (!unfinished.has(id)) this.#idle.delete(id);
  }

  async #visit(job: Job): Promise<void> {
    try {
      const seen = await this.#look(job);
      this.#idle.set(job.id, seen);
      const idleMs = this.#settings.clock.steady() - seen.since;
      if (idleMs >= this.#settings.idleAfterMs) await this.#recover(job, idleMs);
    } catch (error) {
      // Each other job would only wait for the store, too.
      if (isFailure(error) && error.type === "STORE_UNAVAILABLE") throw error;
      this.#settings.onError(error, `recovering job ${job.id}`);
    }
  }

  async #look({ id, revision }: Job): Promise<Idle> {
    const progress = JSON.stringify([revision, await this.#backends.store.countImages(id)]);
    const before = this.#idle.get(id);
    return before?.progress === progress ? before : { progress, since: this.#settings.clock.steady() };
  }

  async #recover(job: Job, idleMs: number): Promise<void> {
    // Handles all images before the first task: without a pending image, a worker would finish the job.
    for await (const images of imagePages(this.#backends.store, job.id))
      for (const [parcel, ofParcel] of parcelsOf(images)) await this.#mend(job, parcel, ofParcel, idleMs);
    const { finishIfDone, clock } = this.#settings;
    if ((await enqueuePending(this.#backends, job, clock)) === 0) await finishIfDone(job.id);
  }

  /** Makes images pending again that a retry has not reached, or whose attempt was lost. */
  async #mend(job: Job, parcel: number, images: readonly JobImage[], idleMs: number): Promise<void> {
    const { lostAfterMs, maxAttempts, clock } = this.#settings;
    const lostBefore = new Date(clock.now() - lostAfterMs).toISOString();
    // The idle time counts too. By the wall clock alone, an attempt would last until a clock that was set back, or is
    // behind, reaches its start.
    const isLost = ({ state, startedAt = "" }: JobImage) =>
      state === "running" && (startedAt < lostBefore || idleMs >= lostAfterMs);
    const needsMending = (image: JobImage) => awaitsRetry(job, image) || isLost(image);
    if (!images.some(needsMending)) return;
    const problem = toProblem(failure("NODE_LOST", "The node died while it processed the image."));
    await this.#backends.store.updateParcel(job.id, parcel, (current) => {
      const now = timestampOf(clock);
      return current
        .filter(needsMending)
        .map((image) =>
          awaitsRetry(job, image) ? retryImage(image, job.run, now) : loseImage(image, problem, maxAttempts, now),
        );
    });
  }
}

/**
 * Removes images of uploads that never became a job, and of jobs that no longer need them. No upload may be in progress.
 * @param onError Called for each job whose images cannot be removed, with a name for the log. The retention sweep tries
 *   again.
 */
export async function removeOrphans(
  { store, blobs }: Backends,
  onError: (error: unknown, work: string) => void,
): Promise<void> {
  for await (const jobId of blobs.jobIds()) {
    try {
      if (needsNoFiles(await store.getJob(jobId))) await blobs.delete(jobId);
    } catch (error) {
      onError(error, `removing what is left of job ${jobId}`);
    }
  }
}

/** Whether the images of a job are no longer needed; undefined stands for a missing job. */
export function needsNoFiles(job: Job | undefined): boolean {
  return !job || !keepsImages(job);
}
