/** The processing of one image. The store has everything about it; the queue only says who works on what. */
export interface Task {
  readonly jobId: string;
  readonly index: number;
  /** 0 to 9, higher first. */
  readonly priority: number;
  /** The image is suspected of having taken a process down; the consumer works on nothing beside it. */
  readonly exclusive?: true;
}

/**
 * A task in a consumer's hands. Exactly one of `ack` and `retry` ends it; after its time is up, neither does a thing.
 * None of the three rejects: where the queue cannot be reached, the task comes again when its time is up.
 */
export interface Lease {
  readonly task: Task;
  /**
   * How often the task was handed out, this time included. Not kept over a restart. Over a network it may be more: a
   * task that was on its way to a consumer who no longer wanted it counts as handed out.
   */
  readonly delivery: number;
  /** The task is over, whatever came of it. */
  ack(): Promise<void>;
  /** Begins the lease time anew. */
  extend(): Promise<void>;
  /** Hands the task back, for anyone to take after the delay. */
  retry(delayMs: number): Promise<void>;
}

/**
 * Hands tasks to consumers.
 *
 * - At least once: a task is handed out again when its lease ran out without `ack` or `retry`. Effects happen once
 *   by the store's compare-and-set, never by the queue.
 * - A task that is pushed twice may be handed out twice. One that is pushed while it is leased comes again.
 * - Higher priorities first. Jobs of equal priority take turns, task by task, so a small job is not kept waiting by a
 *   large one. Within a job, first come, first served; a retried or redelivered task has no place to keep.
 * - Not the truth: an adapter may lose everything when its process ends. At the start of a node the dispatcher pushes
 *   what the store has as unfinished.
 * - Not bounded: refusing work is decided where it comes in, by `size`.
 */
export interface TaskQueue {
  /**
   * A call that rejects may have pushed some.
   * @param delayMs How long the tasks are held back; 0 if left out.
   * @throws STORAGE_FULL, STORE_UNAVAILABLE
   */
  push(tasks: readonly Task[], delayMs?: number): Promise<void>;

  /**
   * The next task, waiting for one if need be.
   * @returns undefined once the signal is aborted or the queue closed.
   */
  take(signal?: AbortSignal): Promise<Lease | undefined>;

  /**
   * Tasks that are not over: waiting, delayed or leased; for a moment also one that was just acknowledged.
   * @throws STORE_UNAVAILABLE
   */
  size(): Promise<number>;

  /** Whether one of the job's tasks is waiting, delayed or leased. @throws STORE_UNAVAILABLE */
  hasTasks(jobId: string): Promise<boolean>;

  /** Forgets the job's tasks: those that wait, and the redelivery of those that are leased. @throws STORE_UNAVAILABLE */
  dropJob(jobId: string): Promise<void>;

  /** Ends all waiting `take` calls and hands out nothing more. Leases held may still be ended. */
  close(): Promise<void>;
}
