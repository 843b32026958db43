/**
 * Task to process the images of a parcel, or one of them. The store has all data of the images; the queue only assigns
 * the work. Tasks with the same job, parcel and image are the same task.
 */
export interface Task {
  readonly jobId: string;
  /** Number of the parcel: the index of its first image. */
  readonly parcel: number;
  /** Index of an image of the parcel: only this one is processed. */
  readonly image?: number;
  /** Number of images that the task stands for, at least 1. */
  readonly images: number;
  /** Priority from 0 to 9; higher ones are served first. */
  readonly priority: number;
  /** Id of the session that owns the job. All tasks of a job have the same owner. */
  readonly owner?: string;
  /** The image is suspected of having crashed a process. The consumer processes nothing else at the same time. */
  readonly exclusive?: true;
}

/**
 * A task leased to a consumer. Exactly one of `ack` and `retry` ends it. Neither has an effect once the lease has
 * expired. None of the three methods rejects: if the queue is unreachable, the task is redelivered when the lease
 * expires.
 */
export interface Lease {
  readonly task: Task;
  /** Identifies the task that was pushed: the same in all its deliveries, another if an equal task is pushed again. */
  readonly id: string;
  /**
   * Number of deliveries of the task, including this one. Not kept across restarts. Over a network it may be too high:
   * a task that was in transit to a consumer that no longer wanted it counts as delivered.
   */
  readonly delivery: number;
  /** Ends the task, whether it succeeded or failed. */
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
 *   the first tasks of another by a few tasks, not by all of its own. A job without an owner counts as an owner. The
 *   adapter documents how an owner's jobs share the queue, and how exact the turns are.
 * - Within a job, roughly first in, first out; retried and redelivered tasks may come at any time.
 * - Not the source of truth: an adapter may lose everything when its process ends. When a node starts, the dispatcher
 *   pushes the tasks that are unfinished in the store.
 * - Unbounded: admission control happens where work arrives, based on `size`.
 */
export interface TaskQueue {
  /**
   * Adds tasks. If it rejects, some of them may have been added.
   * @throws STORAGE_FULL, STORE_UNAVAILABLE
   */
  push(tasks: readonly Task[]): Promise<void>;

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
   * Ids of the jobs with a task that is waiting, delayed or leased. A single request even for many thousands of tasks.
   * It may miss concurrent changes.
   * @throws STORE_UNAVAILABLE
   */
  jobsWithTasks(): Promise<ReadonlySet<string>>;

  /**
   * Drops the job's waiting tasks, and the redelivery of its leased ones. If several servers store the tasks, one may
   * still be delivered for a moment.
   * @throws STORE_UNAVAILABLE
   */
  dropJob(jobId: string): Promise<void>;

  /** Ends all waiting `take` calls and delivers nothing more. Leases in use may still be ended. */
  close(): Promise<void>;
}
