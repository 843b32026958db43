/**
 * Task to process the images of a parcel, or one of them. The store has all data of the images; the queue only assigns
 * the work. Tasks are the same if their job, parcel and image are.
 */
export interface Task {
  readonly jobId: string;
  /** Number of the parcel: the index of its first image. */
  readonly parcel: number;
  /** Index of an image of the parcel: only this one is processed. */
  readonly image?: number;
  /** Number of images that the task stands for, at least 1. */
  readonly images: number;
  /** 0 to 9, higher first. */
  readonly priority: number;
  /** Id of the session that owns the job. All tasks of a job have the same. */
  readonly owner?: string;
  /** The image is suspected of having crashed a process. The consumer processes nothing else at the same time. */
  readonly exclusive?: true;
}

/**
 * A task leased to a consumer. Ended by exactly one of `ack` and `retry`; once it has expired, neither has an effect.
 * None of the three methods rejects: if the queue is unreachable, the task is redelivered when the lease expires.
 */
export interface Lease {
  readonly task: Task;
  /**
   * Number of deliveries of the task, including this one. Not kept across restarts. Over a network it may be too high:
   * a task that was in transit to a consumer that no longer wanted it counts as delivered.
   */
  readonly delivery: number;
  /** Ends the task, whatever its outcome. */
  ack(): Promise<void>;
  /** Restarts the lease time. */
  extend(): Promise<void>;
  /** Returns the task to the queue. Any consumer may take it after the delay. */
  retry(delayMs: number): Promise<void>;
}

/**
 * Delivers tasks to consumers.
 *
 * - At least once: a task is redelivered if its lease expires without `ack` or `retry`. The store's compare-and-set
 *   makes effects happen once, never the queue.
 * - A task that is pushed twice may be delivered twice. A task that is pushed while it is leased is delivered again.
 * - Higher priorities first. Owners of equal priority share the queue, task by task: one with many jobs or tasks delays
 *   the first tasks of another by a few tasks, not by all of its own. A job without an owner counts as an owner. How an
 *   owner's jobs share, and how exact the turns are, is said by the adapter.
 * - Within a job, roughly first in, first out; retried and redelivered tasks may come at any time.
 * - Not the source of truth: an adapter may lose everything when its process ends. When a node starts, the dispatcher
 *   pushes the tasks that are unfinished in the store.
 * - Unbounded: admission control happens where work arrives, based on `size`.
 */
export interface TaskQueue {
  /**
   * A call that rejects may have pushed some of the tasks.
   * @param delayMs Delay before the tasks are delivered; 0 if omitted.
   * @throws STORAGE_FULL, STORE_UNAVAILABLE
   */
  push(tasks: readonly Task[], delayMs?: number): Promise<void>;

  /**
   * Takes the next task; waits if there is none.
   * @returns undefined once the signal is aborted or the queue closed.
   */
  take(signal?: AbortSignal): Promise<Lease | undefined>;

  /**
   * Number of images of unfinished tasks: waiting, delayed or leased. May briefly include those of a task that was just
   * acknowledged. Its cost does not grow with the number of jobs; an adapter estimates it when there are many.
   * @throws STORE_UNAVAILABLE
   */
  size(): Promise<number>;

  /**
   * The jobs that have a task that is waiting, delayed or leased. One request for many thousands of tasks; what changes
   * meanwhile may be missed.
   * @throws STORE_UNAVAILABLE
   */
  jobsWithTasks(): Promise<ReadonlySet<string>>;

  /**
   * Drops the job's waiting tasks, and the redelivery of its leased ones. Where several servers keep them, one may come
   * for a moment yet.
   * @throws STORE_UNAVAILABLE
   */
  dropJob(jobId: string): Promise<void>;

  /** Ends all waiting `take` calls and delivers nothing more. Leases in use may still be ended. */
  close(): Promise<void>;
}
