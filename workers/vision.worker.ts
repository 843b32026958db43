/** A thread of the detector's pool: takes one image, returns what was found. The only file that loads OpenCV. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { isFailure } from "../lib/errors.ts";
import { drawBoxes, encode } from "../lib/vision/annotation.ts";
import { loadFacesHaar } from "../lib/vision/faces-haar.ts";
import { onceInProcess } from "../lib/vision/once.ts";
import type { OpenCv } from "../lib/vision/opencv.ts";
import { decodeColor, decodeGrey } from "../lib/vision/picture.ts";
import type {
  VisionTask,
  WorkerAnswer,
  WorkerDescription,
  WorkerDetection,
  WorkerSettings,
} from "../lib/vision/task.ts";

const root = join(import.meta.dirname, "..");
const cascadePath = join(
  root,
  "node_modules/@u4/opencv4nodejs/src/lib/haarcascades/haarcascade_frontalface_default.xml",
);

// Our build of @u4/opencv4nodejs, loaded without the package's own loader: that one looks for a build that is not
// thread-safe, prints a banner and takes as long to start as the rest of the service.
const cv: OpenCv = createRequire(import.meta.url)(join(root, ".tools/opencv4nodejs.node"));

const { haarEngine, maxImagePixels, opencvThreads, opencvThreadsFlag } = workerData as WorkerSettings;
// setNumThreads rebuilds the arena that OpenCV's parallel loops of all threads run in: called while one of them is in
// it, the process dies. So it is called once, before any thread has a picture.
onceInProcess(opencvThreadsFlag, () => cv.setNumThreads(opencvThreads));
const facesHaar = loadFacesHaar(cv, { cascadePath, addonPath: join(root, ".tools/cascade.node") }, haarEngine);

export function describe(): WorkerDescription {
  return { haarEngine: facesHaar.engine };
}

export default function process(task: VisionTask): WorkerAnswer {
  try {
    return { detection: detect(task) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { failure: { code: error.type, detail: error.message, data: error.data } };
  }
}

function detect({ file, options, annotate }: VisionTask): WorkerDetection {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const startedAt = performance.now();
  const grey = decodeGrey(cv, bytes, maxImagePixels);
  const prepared = facesHaar.prepare(grey);
  const { cols: width, rows: height } = grey;
  grey.release();
  const decodedAt = performance.now();
  const faces = facesHaar.detect(prepared, options);
  prepared.release();
  const inferredAt = performance.now();
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    width,
    height,
    faces,
    timings: { decodeMs: round(decodedAt - startedAt), inferenceMs: round(inferredAt - decodedAt) },
    ...(annotate && { annotated: annotated(bytes, faces, annotate) }),
  };
}

function annotated(file: Buffer, faces: WorkerDetection["faces"], format: NonNullable<VisionTask["annotate"]>) {
  const picture = decodeColor(cv, file, maxImagePixels);
  drawBoxes(cv, picture, faces);
  const bytes = encode(cv, picture, format);
  picture.release();
  return bytes;
}

/** Microseconds are as fine as the clock is meaningful. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
