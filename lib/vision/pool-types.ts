/** What the pool is started with, asked, and answers. */
import type { Priority } from "../contracts/priority.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import type { WorkerAnalysis, WorkerDetection, WorkerInference } from "./task.ts";
import type { ThreadsSettings } from "./threads.ts";

export interface PoolSettings extends ThreadsSettings {
  /** Tasks that may wait; one more is refused. */
  readonly queueSize: number;
  /** An image that keeps a thread busy for longer than this will do so for ever: native code cannot be interrupted. */
  readonly hangTimeoutMs: number;
  /** Told once that a thread hangs. From then on the pool takes no more work: the process has to be replaced. */
  readonly onHung: () => void;
  /** Told that an image was found to be at fault for a crash, or a hang. */
  readonly onRefused?: (sha256: string) => void;
}

export interface RunSettings {
  readonly timeoutMs: number;
  /** Time after which the worker gives up what it can give up; by default what is left of `timeoutMs`. */
  readonly workLimitMs?: number;
  readonly priority: Priority;
  /** A process died that had the image in work: it is tried in a process of its own. */
  readonly isSuspect?: boolean;
  /**
   * Gets the image's bytes, shortly before it is its turn; the task's `file` does not count then. What it throws is
   * thrown as it is. Its time is part of `timeoutMs`.
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
