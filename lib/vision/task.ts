/** What the pool sends to a worker thread and gets back: plain data that can be cloned between threads. */

import type { HaarEngineState, NetworkForm } from "../contracts/model.ts";
import type { DetectionOptions, ModelOptions } from "../contracts/options.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import type { ErrorCode, ErrorData } from "../errors.ts";
import type { AnnotationFormat } from "./annotation.ts";
import type { HaarEngineChoice } from "./faces-haar.ts";
import type { LoadableModel, OutputTensor } from "./models/runtime.ts";
import type { Mark } from "./suspects/marks.ts";

/** What every worker thread is started with. */
export interface WorkerSettings {
  readonly haarEngine: HaarEngineChoice;
  readonly maxImagePixels: number;
  readonly maxSearchWindows: number;
  readonly imageMemoryBytes: number;
  /** The `MemoryBudget` of the process. */
  readonly memory: SharedArrayBuffer;
  readonly opencvThreads: number;
  /** One flag for all threads of the process: whether OpenCV's number of threads has been set. */
  readonly opencvThreadsFlag: Int32Array;
  /** Whether `faces-haar` is served. */
  readonly facesHaar: boolean;
  /** The networks to load. */
  readonly models: readonly LoadableModel[];
  /** Threads of one network. */
  readonly networkThreads: number;
}

/** What the threads of a pool know of suspects: see `workers/guarded.worker.ts`. */
export interface GuardSettings {
  /** The worker that does the work. */
  readonly workerFile: string;
  /** See `TaskSlots`. */
  readonly slots: SharedArrayBuffer;
  /** See `MarksReader`. */
  readonly marks?: SharedArrayBuffer | undefined;
  /** Folder of the process's journals. */
  readonly journalFolder?: string | undefined;
}

/** What a worker's file exports. */
export interface WorkerModule {
  default(task: VisionTask | TensorTask): WorkerAnswer | Promise<WorkerAnswer>;
  describe(): WorkerDescription;
}

interface Task {
  readonly file: Uint8Array;
  /** Of the file; added in the thread. */
  readonly sha256?: string;
  /** The service's own image, which is never a suspect. */
  readonly isWarmUp?: true;
  /** Also return the image with what was found drawn into it. */
  readonly annotate?: AnnotationFormat | undefined;
}

/** One image for `faces-haar`, the default. */
export interface DetectionTask extends Task {
  readonly options: DetectionOptions;
  readonly models?: undefined;
}

/** One image for the models that are named. */
export interface AnalysisTask extends Task {
  readonly options: DetectionOptions & ModelOptions;
  readonly models: readonly string[];
}

export type VisionTask = DetectionTask | AnalysisTask;

/** A tensor for a model's network. */
export interface TensorTask {
  /** Floats, little-endian, row by row. */
  readonly file: Uint8Array;
  readonly sha256?: string;
  readonly network: string;
  readonly shape: readonly number[];
}

/** A task as it comes to a worker: with the time that is left for it, in milliseconds. What can be given up is then. */
export type Timed<T> = T & { readonly timeLimitMs: number };

/** When a task is to be given up: so long after it began, or at a time, by `processTime`. */
export type TimeLimit = { readonly afterMs: number } | { readonly at: number };

/** A task as it is sent to a thread, with its slot in `TaskSlots`. */
export type SentTask = (VisionTask | TensorTask) & { readonly slot: number; readonly timeLimit: TimeLimit };

/** What a worker says of itself. */
export interface WorkerDescription {
  /** Absent where `faces-haar` is not served. */
  readonly haarEngine?: HaarEngineState;
  /** Why models that were to be loaded cannot be used, by their names. */
  readonly unavailable: Readonly<Record<string, string>>;
  /** What the networks take and give, by their models' names. */
  readonly networks: Readonly<Record<string, NetworkForm>>;
}

/** A worker measures what happens in its thread; the pool adds the time in the queue. */
type Measured<T extends { timings: object }> = Omit<T, "timings"> & {
  readonly timings: Omit<T["timings"], "queueMs">;
  readonly annotated?: Uint8Array;
};
export type WorkerDetection = Measured<Detection>;
export type WorkerAnalysis = Measured<Analysis>;
/** What a network gave for a tensor. */
export interface WorkerInference {
  readonly outputs: readonly OutputTensor[];
  readonly timings: { readonly inferenceMs: number };
}

/** An image that cannot be processed is an answer like any other; a thrown error means the worker failed. */
export type WorkerAnswer =
  /** The image is not to be processed in this process. */
  | { readonly mark: Mark; readonly sha256: string }
  | { readonly detection: WorkerDetection | WorkerAnalysis | WorkerInference }
  | { readonly failure: { readonly code: ErrorCode; readonly detail: string; readonly data: ErrorData } };
