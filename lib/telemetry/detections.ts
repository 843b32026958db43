import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { asFailure } from "../errors.ts";
import { facesHaarModel } from "../vision/faces-haar-model.ts";
import * as metrics from "./metrics.ts";
import { addWorkerSpans } from "./tracing.ts";

/** Counts the image and its times, whatever comes of it. */
export async function counted<T extends Detection | Analysis>(detecting: Promise<T>): Promise<T> {
  try {
    const detection = await detecting;
    const { queueMs, decodeMs, inferenceMs } = detection.timings;
    addWorkerSpans(detection.timings);
    metrics.images.inc({ outcome: "done" });
    metrics.imageQueueSeconds.observe(queueMs / 1000);
    metrics.imageDecodeSeconds.observe(decodeMs / 1000);
    for (const { model, version, ms } of inferencesOf(detection))
      metrics.inferenceSeconds.observe({ model, version }, ms / 1000);
    metrics.imageSeconds.observe((queueMs + decodeMs + inferenceMs) / 1000);
    return detection;
  } catch (error) {
    metrics.images.inc({ outcome: asFailure(error).type });
    throw error;
  }
}

/** The time of each model that saw the image. */
function inferencesOf(detection: Detection | Analysis) {
  if (!("results" in detection)) {
    const { name, version } = facesHaarModel;
    return [{ model: name, version, ms: detection.timings.inferenceMs }];
  }
  const { perModelMs } = detection.timings;
  return Object.entries(detection.results).map(([model, { version }]) => ({
    model,
    version,
    ms: perModelMs[model] ?? 0,
  }));
}
