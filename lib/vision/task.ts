/** Messages between the pool and its worker threads: plain, cloneable data. */
import type { HaarEngineState, NetworkForm, Provider } from "../contracts/model.ts";
import type { DetectionOptions, ModelOptions } from "../contracts/options.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import type { ErrorCode, ErrorData } from "../errors.ts";
import type { AnnotationFormat } from "./annotation.ts";
import type { HaarEngineChoice } from "./faces-haar.ts";
import type { LoadableModel, OutputTensor } from "./models/runtime.ts";
import type { Mark } from "./suspects/marks.ts";

/** Settings of every worker thread. */
export interface WorkerSettings {
  readonly haarEngine: HaarEngineChoice;
  readonly maxImagePixels: number;
  readonly maxSearchWindows: number;
  readonly imageMemoryBytes: number;
  /** The `MemoryBudget` of the process. */
  readonly memory: SharedArrayBuffer;
  readonly opencvThreads: number;
  /** Shared by all threads of the process: whether OpenCV's number of threads has been set. */
  readonly opencvThreadsFlag: Int32Array;
  /** Whether `faces-haar` is served. */
  readonly facesHaar: boolean;
  /** The networks to load. */
  readonly models: readonly LoadableModel[];
  /** Threads per network. */
  readonly networkThreads: number;
  /** What the networks run on, in order of preference. */
  readonly providers: readonly Provider[];
}

/** Settings for handling tasks and suspects in a thread: see `workers/guarded.worker.ts`. */
export interface GuardSettings {
  /** The worker that processes the task. */
  readonly workerFile: string;
  /** See `TaskSlots`. */
  readonly slots: SharedArrayBuffer;
  /** See `MarksReader`. */
  readonly marks?: SharedArrayBuffer | undefined;
  /** Folder of the process's journals. */
  readonly journalFolder?: string | undefined;
}

/** Exports of a worker file. */
export interface WorkerModule {
  default(task: PoolTask): WorkerAnswer | Promise<WorkerAnswer>;
  describe(): WorkerDescription;
  /** Gives unused memory of the process back to the kernel. */
  trimMemory?(): void;
}

interface ImageTask {
  readonly file: Uint8Array;
  /** SHA-256 of the file; computed in the thread. */
  readonly sha256?: string;
  /** Whether the image is the service's own, which is never a suspect. */
  readonly isWarmUp?: true;
  /** Whether and in which format to return the image with the results drawn into it. */
  readonly annotate?: AnnotationFormat | undefined;
}

/** One image for `faces-haar`, the default. */
export interface DetectionTask extends ImageTask {
  readonly options: DetectionOptions;
  readonly models?: undefined;
}

/** One image for the named models. */
export interface AnalysisTask extends ImageTask {
  readonly options: DetectionOptions & ModelOptions;
  readonly models: readonly string[];
}

export type VisionTask = DetectionTask | AnalysisTask;

/** A tensor for a model's network. */
export interface TensorTask {
  /** Little-endian floats in row-major order. */
  readonly file: Uint8Array;
  readonly sha256?: string;
  readonly network: string;
  readonly shape: readonly number[];
}

/** A task that a thread of the pool processes. */
export type PoolTask = VisionTask | TensorTask;

/** A task as a worker gets it, with its remaining time in milliseconds, after which interruptible work stops. */
export type Timed<T> = T & { readonly timeLimitMs: number };

/** When to give up a task: a duration after its start, or a time on the clock of `processTime`. */
export type TimeLimit = { readonly afterMs: number } | { readonly at: number };

/** A task as it is sent to a thread, with its slot in `TaskSlots`. */
export type SentTask = PoolTask & { readonly slot: number; readonly timeLimit: TimeLimit };

/** A worker's description of itself. */
export interface WorkerDescription {
  /** Absent if `faces-haar` is not served. */
  readonly haarEngine?: HaarEngineState;
  /** Why requested models are unavailable, by model name. */
  readonly unavailable: Readonly<Record<string, string>>;
  /** Inputs and outputs of the networks, by model name. */
  readonly networks: Readonly<Record<string, NetworkForm>>;
}

/** A worker measures the time in its thread; the pool adds the queue time. */
type Measured<T extends { timings: object }> = Omit<T, "timings"> & {
  readonly timings: Omit<T["timings"], "queueMs">;
  readonly annotated?: Uint8Array;
};
export type WorkerDetection = Measured<Detection>;
export type WorkerAnalysis = Measured<Analysis>;
/** A network's outputs for a tensor. */
export interface WorkerInference {
  readonly outputs: readonly OutputTensor[];
  readonly timings: { readonly inferenceMs: number };
}

/** An image that cannot be processed gets an ordinary answer; a thrown error means that the worker failed. */
export type WorkerAnswer =
  /** The image must not be processed in this process. */
  | { readonly mark: Mark; readonly sha256: string }
  | { readonly detection: WorkerDetection | WorkerAnalysis | WorkerInference }
  | { readonly failure: { readonly code: ErrorCode; readonly detail: string; readonly data: ErrorData } };
