/** What the pool sends to a worker thread and gets back: plain data that can be cloned between threads. */

import type { HaarEngineState } from "../contracts/model.ts";
import type { DetectionOptions } from "../contracts/options.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { ErrorCode, ErrorData } from "../errors.ts";
import type { AnnotationFormat } from "./annotation.ts";
import type { HaarEngineChoice } from "./faces-haar.ts";

/** What every worker thread is started with. */
export interface WorkerSettings {
  readonly haarEngine: HaarEngineChoice;
  readonly maxImagePixels: number;
  readonly opencvThreads: number;
  /** One flag for all threads of the process: whether OpenCV's number of threads has been set. */
  readonly opencvThreadsFlag: Int32Array;
}

/** One image. */
export interface VisionTask {
  readonly file: Uint8Array;
  readonly options: DetectionOptions;
  /** Also return the picture with its boxes drawn. */
  readonly annotate?: AnnotationFormat | undefined;
}

/** What a worker says of itself. */
export interface WorkerDescription {
  readonly haarEngine: HaarEngineState;
}

/** A worker measures what happens in its thread; the pool adds the time in the queue. */
export type WorkerDetection = Omit<Detection, "timings"> & {
  readonly timings: Omit<Detection["timings"], "queueMs">;
  readonly annotated?: Uint8Array;
};

/** An image that cannot be processed is an answer like any other; a thrown error means the worker failed. */
export type WorkerAnswer =
  | { readonly detection: WorkerDetection }
  | { readonly failure: { readonly code: ErrorCode; readonly detail: string; readonly data: ErrorData } };
