/**
 * A thread of the detector's pool: takes one image, returns what was found. The only file that loads OpenCV and
 * onnxruntime.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import type { ModelResult } from "../lib/contracts/results.ts";
import { isFailure, modelUnavailable } from "../lib/errors.ts";
import { drawBoxes, drawResults, encode } from "../lib/vision/annotation.ts";
import { loadFacesHaar } from "../lib/vision/faces-haar.ts";
import { FACES_HAAR, facesHaarModel } from "../lib/vision/faces-haar-model.ts";
import { ModelRegistry } from "../lib/vision/models/registry.ts";
import { openNetwork } from "../lib/vision/models/runtime.ts";
import { onceInProcess } from "../lib/vision/once.ts";
import type { OpenCv } from "../lib/vision/opencv.ts";
import { decodeColor, decodeGrey, Picture } from "../lib/vision/picture.ts";
import { selfCheckFile } from "../lib/vision/self-check.ts";
import { sha256Of } from "../lib/vision/suspects/request-key.ts";
import type {
  AnalysisTask,
  DetectionTask,
  TensorTask,
  VisionTask,
  WorkerAnalysis,
  WorkerAnswer,
  WorkerDescription,
  WorkerDetection,
  WorkerInference,
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

const settings = workerData as WorkerSettings;
const { maxImagePixels, opencvThreads, opencvThreadsFlag } = settings;
// setNumThreads rebuilds the arena that OpenCV's parallel loops of all threads run in: called while one of them is in
// it, the process dies. So it is called once, before any thread has a picture.
onceInProcess(opencvThreadsFlag, () => cv.setNumThreads(opencvThreads));
const facesHaar = settings.facesHaar
  ? loadFacesHaar(cv, { cascadePath, addonPath: join(root, ".tools/cascade.node") }, settings.haarEngine)
  : undefined;
// Imported when the first network is opened: it takes time and memory that nobody needs who has no networks.
const network = async (path: string) => openNetwork(await import("onnxruntime-node"), path, settings.networkThreads);
const registry = await ModelRegistry.load({ cv, openNetwork: network }, settings.models, selfCheckFile());

export function describe(): WorkerDescription {
  const { networks } = registry;
  return { ...(facesHaar && { haarEngine: facesHaar.engine }), unavailable: registry.unavailable, networks };
}

export default function process(task: VisionTask | TensorTask): WorkerAnswer | Promise<WorkerAnswer> {
  if ("network" in task) return infer(task).then((detection) => ({ detection }), refused);
  if (task.models) return analyse(task).then((detection) => ({ detection }), refused);
  try {
    return { detection: detect(task) };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): WorkerAnswer {
  if (!isFailure(error)) throw error;
  return { failure: { code: error.type, detail: error.message, data: error.data } };
}

function haar() {
  if (!facesHaar) throw modelUnavailable(FACES_HAAR, "it is not served here");
  return facesHaar;
}

function detect({ file, sha256 = sha256Of(file), options, annotate }: DetectionTask): WorkerDetection {
  const { prepare, detect } = haar();
  const bytes = asBuffer(file);
  const startedAt = performance.now();
  const grey = decodeGrey(cv, bytes, maxImagePixels);
  const prepared = prepare(grey);
  const { cols: width, rows: height } = grey;
  grey.release();
  const decodedAt = performance.now();
  const faces = detect(prepared, options);
  prepared.release();
  const inferredAt = performance.now();
  return {
    sha256,
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

async function analyse(task: AnalysisTask): Promise<WorkerAnalysis> {
  const { file, sha256 = sha256Of(file), models, options, annotate } = task;
  const bytes = asBuffer(file);
  const startedAt = performance.now();
  const picture = new Picture(cv, bytes, maxImagePixels);
  const results: Record<string, ModelResult> = {};
  const perModelMs: Record<string, number> = {};
  try {
    for (const name of models) {
      const [modelStartedAt, decodeMs] = [performance.now(), picture.decodeMs];
      results[name] = name === FACES_HAAR ? haarResult(picture, options) : await registry.run(name, picture, options);
      perModelMs[name] = round(performance.now() - modelStartedAt - (picture.decodeMs - decodeMs));
    }
    const inferenceMs = round(performance.now() - startedAt - picture.decodeMs);
    const timings = { decodeMs: round(picture.decodeMs), inferenceMs, perModelMs };
    const analysis = { sha256, ...picture.size, results, timings };
    if (!annotate) return analysis;
    const drawn = drawResults(cv, picture.color, Object.values(results));
    const annotated = encode(cv, drawn, annotate);
    drawn.release();
    return { ...analysis, annotated };
  } finally {
    picture.release();
  }
}

async function infer({ file, network, shape }: TensorTask): Promise<WorkerInference> {
  const startedAt = performance.now();
  // The pool gives each task memory of its own, so the floats begin where they must.
  const values = new Float32Array(file.buffer, file.byteOffset, file.byteLength / Float32Array.BYTES_PER_ELEMENT);
  const outputs = await registry.infer(network, values, shape);
  return { outputs, timings: { inferenceMs: round(performance.now() - startedAt) } };
}

function haarResult(picture: Picture, options: AnalysisTask["options"]): ModelResult {
  const { prepare, detect } = haar();
  const prepared = prepare(picture.grey);
  const faces = detect(prepared, options).map((box) => ({ box }));
  prepared.release();
  return { version: facesHaarModel.version, faces };
}

function asBuffer(file: Uint8Array): Buffer {
  return Buffer.from(file.buffer, file.byteOffset, file.byteLength);
}

/** Microseconds are as fine as the clock is meaningful. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
