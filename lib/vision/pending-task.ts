import type { PoolAnalysis, PoolDetection, PoolInference, RunSettings } from "./pool-types.ts";
import type { PoolTask } from "./task.ts";
import type { QueuedTask } from "./thread-queue.ts";

export type Answer = PoolDetection | PoolAnalysis | PoolInference;

/** A task whose answer is pending. */
export interface PendingTask extends QueuedTask {
  task: PoolTask;
  readonly settings: RunSettings;
  /** Time on the clock of `processTime`. */
  readonly enqueuedAt: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: unknown) => void;
  timer?: NodeJS.Timeout;
}
