/** Settings, requests and answers of the pool. */
import type { Priority } from "../contracts/priority.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import type { WorkerAnalysis, WorkerDetection, WorkerInference } from "./task.ts";
import type { ThreadsSettings } from "./threads.ts";

export interface PoolSettings extends ThreadsSettings {
  /** Maximum number of waiting tasks; more are refused. Interactive tasks overtake bulk ones and do not count them. */
  readonly queueSize: number;
  /** An image that occupies a thread for longer is considered hung. Native code cannot be interrupted. */
  readonly hangTimeoutMs: number;
  /** Called once when a thread hangs. The pool then takes no more work: the process must be replaced. */
  readonly onHung: () => void;
  /** Called when an image has been found to cause a crash or a hang. */
  readonly onRefused?: (sha256: string) => void;
}

export interface RunSettings {
  readonly timeoutMs: number;
  /** Work limit of the worker's interruptible parts. By default, the rest of `timeoutMs`. */
  readonly workLimitMs?: number;
  readonly priority: Priority;
  /** The client that waits for the task. Interactive tasks are taken round-robin among clients. */
  readonly client?: string | undefined;
  /** Ends the wait for a thread, with its reason. A task that a thread has begun goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a process died while processing the image, so that it is tried in a separate process. */
  readonly isSuspect?: boolean;
  /**
   * Fetches the image's bytes shortly before its turn; the task's `file` is then ignored. Its errors are rethrown as
   * they are, and its time counts toward `timeoutMs`.
   */
  readonly fetch?: () => Promise<Uint8Array>;
}

export interface PoolLoad {
  readonly threads: number;
  readonly running: number;
  readonly waiting: number;
}

export type PoolDetection = Omit<WorkerDetection, "timings"> & Pick<Detection, "timings">;
export type PoolAnalysis = Omit<WorkerAnalysis, "timings"> & Pick<Analysis, "timings">;
export type PoolInference = Omit<WorkerInference, "timings"> & {
  readonly timings: WorkerInference["timings"] & { readonly queueMs: number };
};
