/** Counts what each model did since this process was started, for the statistics of the Open Inference Protocol. */
import type { ModelCounts } from "../contracts/inference.ts";
import { type ModelVersion, versionKey } from "../contracts/model-name.ts";

const byVersion = new Map<string, ModelCounts>();

function noCounts(): ModelCounts {
  const none = () => ({ count: 0, ns: 0 });
  return {
    last_inference: 0,
    inference_stats: {
      success: none(),
      fail: none(),
      queue: none(),
      compute_input: none(),
      compute_infer: none(),
      compute_output: none(),
    },
  };
}

function countsOf(model: ModelVersion): ModelCounts {
  const key = versionKey(model);
  const counts = byVersion.get(key) ?? noCounts();
  byVersion.set(key, counts);
  return counts;
}

function add(duration: { count: number; ns: number }, milliseconds: number): void {
  duration.count++;
  duration.ns += Math.round(milliseconds * 1e6);
}

export interface InferenceTimes {
  readonly queueMs: number;
  /** Time to decode the image, which the models of one request share; 0 for a tensor. */
  readonly inputMs: number;
  readonly inferMs: number;
}

export function countSuccess(model: ModelVersion, { queueMs, inputMs, inferMs }: InferenceTimes): void {
  const counts = countsOf(model);
  const { success, queue, compute_input, compute_infer, compute_output } = counts.inference_stats;
  add(success, queueMs + inputMs + inferMs);
  add(queue, queueMs);
  add(compute_input, inputMs);
  add(compute_infer, inferMs);
  // The time to make results of a network's outputs is part of the inference time, so it is 0 here.
  add(compute_output, 0);
  counts.last_inference = Date.now();
}

export function countFailure(model: ModelVersion, elapsedMs: number): void {
  add(countsOf(model).inference_stats.fail, elapsedMs);
}

/** The counts of this process, by `versionKey`. */
export function modelCounts(): Record<string, ModelCounts> {
  return Object.fromEntries(byVersion);
}

/** The sum of the counts of several processes. */
export function sumOf(all: readonly ModelCounts[]): ModelCounts {
  const sum = noCounts();
  for (const { last_inference, inference_stats } of all) {
    sum.last_inference = Math.max(sum.last_inference, last_inference);
    for (const [name, { count, ns }] of Object.entries(inference_stats)) {
      const duration = sum.inference_stats[name as keyof ModelCounts["inference_stats"]];
      duration.count += count;
      duration.ns += ns;
    }
  }
  return sum;
}
