import type { Detection } from "../contracts/receipt.ts";
import { asFailure } from "../errors.ts";
import * as metrics from "./metrics.ts";
import { addWorkerSpans } from "./tracing.ts";

/** Counts the image and its times, whatever comes of it. */
export async function counted<T extends Pick<Detection, "timings">>(
  model: { readonly name: string; readonly version: string },
  detecting: Promise<T>,
): Promise<T> {
  try {
    const detection = await detecting;
    const { queueMs, decodeMs, inferenceMs } = detection.timings;
    addWorkerSpans(detection.timings);
    metrics.images.inc({ outcome: "done" });
    metrics.imageQueueSeconds.observe(queueMs / 1000);
    metrics.imageDecodeSeconds.observe(decodeMs / 1000);
    metrics.inferenceSeconds.observe({ model: model.name, version: model.version }, inferenceMs / 1000);
    metrics.imageSeconds.observe((queueMs + decodeMs + inferenceMs) / 1000);
    return detection;
  } catch (error) {
    metrics.images.inc({ outcome: asFailure(error).type });
    throw error;
  }
}
