/** Detects repeatedly in a worker thread; posts the boxes, or fails if a repetition differs. */
import { deepStrictEqual } from "node:assert";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { loadExactCascade } from "../../lib/vision/exact-cascade.ts";
import type { ExactDetection } from "../../lib/vision/exact-detector.ts";

interface Work {
  readonly plane: Uint8Array;
  readonly detections: readonly ExactDetection[];
  readonly repeats: number;
}

const root = join(import.meta.dirname, "../..");
const loaded = loadExactCascade({
  addonPath: join(root, ".tools/cascade.node"),
  cascadeXmlPath: join(root, "node_modules/@u4/opencv4nodejs/src/lib/haarcascades/haarcascade_frontalface_default.xml"),
});
if ("refusal" in loaded) throw new Error(loaded.refusal);

const { plane, detections, repeats } = workerData as Work;
const detect = () => detections.map((detection) => loaded.detector.detect(plane, detection));
const boxes = detect();
for (let i = 1; i < repeats; i++) deepStrictEqual(detect(), boxes);
parentPort?.postMessage(boxes);
