import { facesHaarModel } from "../contracts/faces-haar.ts";
import { type ModelVersion, plainName } from "../contracts/model-name.ts";
import type { Timings } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { asFailure } from "../transport/failures.ts";
import * as metrics from "./metrics.ts";
import { countFailure, countSuccess } from "./model-statistics.ts";
import { addWorkerSpans } from "./tracing.ts";

type Counted = { readonly timings: Timings } | Pick<Analysis, "timings" | "results">;

/**
 * Records the image and its timings, whatever the outcome.
 * @param models The models that process the image.
 */
export async function counted<T extends Counted>(detecting: Promise<T>, models: readonly ModelVersion[]): Promise<T> {
  const startedAt = performance.now();
  try {
    const detection = await detecting;
    addWorkerSpans(detection.timings);
    countDone(detection.timings, modelTimes(detection));
    return detection;
  } catch (error) {
    metrics.images.inc({ outcome: asFailure(error).type });
    for (const model of models) countFailure(model, performance.now() - startedAt);
    throw error;
  }
}

interface ModelTime extends ModelVersion {
  readonly milliseconds: number;
}

/**
 * Records an image that was done. Also called for an image whose encoding was made for somebody else: otherwise the
 * metrics would reveal to a client whether another one has sent the same image.
 */
export function countDone({ queueMs, decodeMs, inferenceMs }: Timings, models: readonly ModelTime[]): void {
  metrics.images.inc({ outcome: "done" });
  metrics.imageQueueSeconds.observe(queueMs / 1000);
  metrics.imageDecodeSeconds.observe(decodeMs / 1000);
  for (const { milliseconds, ...model } of models) {
    observe(model, milliseconds);
    countSuccess(model, { queueMs, inputMs: decodeMs, inferMs: milliseconds });
  }
  metrics.imageSeconds.observe((queueMs + decodeMs + inferenceMs) / 1000);
}

function observe({ name, version }: ModelVersion, milliseconds: number): void {
  metrics.inferenceSeconds.observe({ model: plainName(name), version }, milliseconds / 1000);
}

interface TensorTimings {
  readonly queueMs: number;
  readonly inferenceMs: number;
}

/** Records the tensor and the time of the model's network. */
export async function countedTensor<T extends { readonly timings: TensorTimings }>(
  model: ModelVersion,
  inferring: Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  try {
    const inference = await inferring;
    const { queueMs, inferenceMs } = inference.timings;
    metrics.tensors.inc({ outcome: "done" });
    observe(model, inferenceMs);
    countSuccess(model, { queueMs, inputMs: 0, inferMs: inferenceMs });
    return inference;
  } catch (error) {
    metrics.tensors.inc({ outcome: asFailure(error).type });
    countFailure(model, performance.now() - startedAt);
    throw error;
  }
}

function modelTimes(detection: Counted): ModelTime[] {
  if (!("results" in detection)) {
    const { name, version } = facesHaarModel;
    return [{ name, version, milliseconds: detection.timings.inferenceMs }];
  }
  return Object.entries(detection.results).map(([name, { version }]) => ({
    name,
    version,
    milliseconds: detection.timings.perModelMs[name] ?? 0,
  }));
}
