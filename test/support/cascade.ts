/** OpenCV's detector and the exact cascade, for comparison. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { cv as OpenCv } from "@u4/opencv4nodejs";
import type { Box } from "../../lib/contracts/receipt.ts";
import { loadExactCascade } from "../../lib/vision/exact-cascade.ts";
import {
  type ExactDetection,
  type ExactDetector,
  type InstructionSet,
  listInstructionSets,
} from "../../lib/vision/exact-detector.ts";

const root = join(import.meta.dirname, "../..");
export const addonPath = join(root, ".tools/cascade.node");
export const instructionSets = listInstructionSets(addonPath);

export const cv: typeof OpenCv = createRequire(import.meta.url)(join(root, ".tools/opencv4nodejs.node"));
cv.setNumThreads(1); // With more than one thread, the order of ungrouped rectangles varies.
export type Classifier = InstanceType<typeof cv.CascadeClassifier>;

/** @param name Name of the cascade, as in `haarcascade_<name>.xml`. */
export function cascadePath(name: string): string {
  return join(root, `node_modules/@u4/opencv4nodejs/src/lib/haarcascades/haarcascade_${name}.xml`);
}

/** @throws if the addon refuses. */
export function loadDetector(instructionSet: InstructionSet, name = "frontalface_default"): ExactDetector {
  const withoutSelfCheck = name !== "frontalface_default";
  const loaded = loadExactCascade({ addonPath, cascadeXmlPath: cascadePath(name), instructionSet, withoutSelfCheck });
  if ("refusal" in loaded) throw new Error(loaded.refusal);
  return loaded.detector;
}

/** OpenCV's boxes for the same plane, which is copied without its stride. */
export function detectByOpenCv(classifier: Classifier, plane: Uint8Array, detection: ExactDetection): Box[] {
  const { width, height, stride = width, scaleFactor, minNeighbors, minSize, maxSize } = detection;
  const packed = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) packed.set(plane.subarray(y * stride, y * stride + width), y * width);
  const image = new cv.Mat(packed, height, width, cv.CV_8UC1);
  const size = (limit = { width: 0, height: 0 }) => new cv.Size(limit.width, limit.height);
  const { objects } = classifier.detectMultiScale(image, scaleFactor, minNeighbors, 0, size(minSize), size(maxSize));
  image.release();
  return objects.map((r): Box => [r.x, r.y, r.width, r.height]);
}

/** The grey plane as the service prepares it: decoded directly to grey, histogram equalised. */
export function prepare(file: Buffer): { plane: Buffer; width: number; height: number } {
  const grey = cv.imdecode(file, cv.IMREAD_GRAYSCALE);
  const even = grey.equalizeHist();
  const prepared = { plane: even.getData(), width: even.cols, height: even.rows };
  grey.release();
  even.release();
  return prepared;
}
