/**
 * Worker in a thread of the detector's pool: takes one image and returns its results. The only file that loads OpenCV
 * and onnxruntime.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { facesHaarModel } from "../lib/contracts/faces-haar.ts";
import { FACES_HAAR } from "../lib/contracts/model-name.ts";
import type { DetectionOptions } from "../lib/contracts/options.ts";
import type { ModelResult } from "../lib/contracts/results.ts";
import { failure, isFailure, modelUnavailable } from "../lib/errors.ts";
import { drawBoxes, drawResults, encode } from "../lib/vision/annotation.ts";
import { type CheckTime, stopAt } from "../lib/vision/check-time.ts";
import { loadFacesHaar } from "../lib/vision/faces-haar.ts";
import { InputImage } from "../lib/vision/input-image.ts";
import { remade, scoped } from "../lib/vision/memory.ts";
import { MemoryBudget } from "../lib/vision/memory-budget.ts";
import { memoryNeed } from "../lib/vision/memory-need.ts";
import { ModelRegistry } from "../lib/vision/models/registry.ts";
import { openNetwork, type Runtime } from "../lib/vision/models/runtime.ts";
import { onceInProcess } from "../lib/vision/once.ts";
import type { OpenCv } from "../lib/vision/opencv.ts";
import { selfCheckFile } from "../lib/vision/self-check.ts";
import { sha256Of } from "../lib/vision/suspects/request-key.ts";
import type {
  AnalysisTask,
  DetectionTask,
  PoolTask,
  TensorTask,
  Timed,
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

// Load our build of @u4/opencv4nodejs without the package's loader, which looks for a build that is not thread-safe,
// prints a banner and takes as long to start as the rest of the service.
const cv: OpenCv = createRequire(import.meta.url)(join(root, ".tools/opencv4nodejs.node"));

/** See `stopAt`. */
const DRAWING = "The drawing of the results";
const settings = workerData as WorkerSettings;
const { maxImagePixels, maxSearchWindows, opencvThreads, opencvThreadsFlag } = settings;
const memory = new MemoryBudget(settings.memory, settings.imageMemoryBytes);
// setNumThreads rebuilds the arena shared by OpenCV's parallel loops in all threads. Calling it while a loop runs
// crashes the process, so call it once, before any thread has an image.
onceInProcess(opencvThreadsFlag, () => cv.setNumThreads(opencvThreads));
const facesHaar = settings.facesHaar
  ? loadFacesHaar(cv, { cascadePath, addonPath: join(root, ".tools/cascade.node") }, settings.haarEngine)
  : undefined;
// Imported with the first network: it costs time and memory that a detector without networks does not need.
const network: Runtime["openNetwork"] = async (path, wanted = settings.providers) =>
  openNetwork(await import("onnxruntime-node"), path, settings.networkThreads, wanted);
const registry = await ModelRegistry.load({ cv, openNetwork: network }, settings.models, selfCheckFile());

export function describe(): WorkerDescription {
  const { networks } = registry;
  return { ...(facesHaar && { haarEngine: facesHaar.engine }), unavailable: registry.unavailable, networks };
}

export function trimMemory(): void {
  cv.trimMemory();
}

export default function process(task: Timed<PoolTask>): WorkerAnswer | Promise<WorkerAnswer> {
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

function detect(task: Timed<DetectionTask>): WorkerDetection {
  const { file, sha256 = sha256Of(file), options, annotate, timeLimitMs } = task;
  const bytes = asBuffer(file);
  const deadline = performance.now() + timeLimitMs;
  const image = new InputImage(cv, bytes, maxImagePixels);
  using _memory = takeMemory(image, annotate !== undefined, deadline);
  const { faces, inferenceMs } = detectFaces(image, options, deadline);
  const timings = { decodeMs: round(image.decodeMs), inferenceMs: round(inferenceMs) };
  const detection = { sha256, ...image.size, faces, timings };
  if (!annotate) return detection;
  return withImage(detection, annotated(image, faces, annotate, stopAt(deadline, timeLimitMs, DRAWING)));
}

/** Small images, nearly all in practice, are not counted: see `memoryNeed`. @throws IMAGE_TIMEOUT */
function takeMemory({ header }: InputImage, needsColor: boolean, deadline: number): Disposable | undefined {
  const bytes = memoryNeed(header, needsColor);
  if (bytes === 0) return undefined;
  const timeoutMs = Math.max(0, Math.round(deadline - performance.now()));
  const taken = memory.take(bytes, timeoutMs);
  if (!taken) {
    const detail = `The image still waited for memory that other images have after ${timeoutMs} ms.`;
    throw failure("IMAGE_TIMEOUT", detail, { timeoutMs });
  }
  return taken;
}

function detectFaces(image: InputImage, options: DetectionOptions, deadline: number) {
  const { prepare, detect } = haar();
  const decoded = image.decodeGrey();
  const startedAt = performance.now();
  using prepared = scoped(remade(decoded, prepare));
  // Timings count contrast equalization as part of decoding.
  const preparedAt = performance.now();
  image.decodeMs += preparedAt - startedAt;
  const faces = detect(prepared, options, { maxSearchWindows, timeLimitMs: deadline - preparedAt });
  return { faces, inferenceMs: performance.now() - preparedAt };
}

function annotated(
  image: InputImage,
  faces: WorkerDetection["faces"],
  format: NonNullable<VisionTask["annotate"]>,
  checkTime: CheckTime,
) {
  try {
    drawBoxes(cv, image.color, faces, checkTime);
    return encode(cv, image.color, format);
  } finally {
    image.release();
  }
}

function withImage<Result extends object>(result: Result, annotated: Buffer | undefined) {
  return annotated ? { ...result, annotated } : result;
}

async function analyse(task: Timed<AnalysisTask>): Promise<WorkerAnalysis> {
  const { file, sha256 = sha256Of(file), models, options, annotate, timeLimitMs } = task;
  const deadline = performance.now() + timeLimitMs;
  const image = new InputImage(cv, asBuffer(file), maxImagePixels);
  const needsColor = annotate !== undefined || models.some((name) => name !== FACES_HAAR);
  using _memory = takeMemory(image, needsColor, deadline);
  const found = new Map<string, { result: ModelResult; ms: number }>();
  try {
    // Run the cascade first, so that its grey image is freed before the colour image is decoded.
    for (const name of models.toSorted((a, b) => Number(b === FACES_HAAR) - Number(a === FACES_HAAR))) {
      const [startedAt, decodeMs] = [performance.now(), image.decodeMs];
      const result =
        name === FACES_HAAR
          ? haarResult(image, options, deadline)
          : await registry.run(name, image, options, stopAt(deadline, timeLimitMs, `The model ${name}`));
      found.set(name, { result, ms: round(performance.now() - startedAt - (image.decodeMs - decodeMs)) });
    }
    const byModel = <T>(of: (one: { result: ModelResult; ms: number } | undefined) => T) =>
      Object.fromEntries(models.map((name) => [name, of(found.get(name))]));
    const results = byModel((one) => one?.result as ModelResult);
    const perModelMs = byModel((one) => one?.ms ?? 0);
    const inferenceMs = round(Array.from(found.values()).reduce((sum, { ms }) => sum + ms, 0));
    const timings = { decodeMs: round(image.decodeMs), inferenceMs, perModelMs };
    const analysis = { sha256, ...image.size, results, timings };
    if (!annotate) return analysis;
    const checkTime = stopAt(deadline, timeLimitMs, DRAWING);
    using drawn = scoped(drawResults(cv, image.color, Object.values(results), checkTime));
    return withImage(analysis, encode(cv, drawn, annotate));
  } finally {
    image.release();
  }
}

async function infer({ file, network, shape }: TensorTask): Promise<WorkerInference> {
  const startedAt = performance.now();
  // Each task has its own buffer from the pool, so the floats are aligned.
  const values = new Float32Array(file.buffer, file.byteOffset, file.byteLength / Float32Array.BYTES_PER_ELEMENT);
  const outputs = await registry.infer(network, values, shape);
  return { outputs, timings: { inferenceMs: round(performance.now() - startedAt) } };
}

function haarResult(image: InputImage, options: AnalysisTask["options"], deadline: number): ModelResult {
  const { faces } = detectFaces(image, options, deadline);
  return { version: facesHaarModel.version, faces: faces.map((box) => ({ box })) };
}

function asBuffer(file: Uint8Array): Buffer {
  return Buffer.from(file.buffer, file.byteOffset, file.byteLength);
}

/** Rounds to microseconds, the clock's meaningful resolution. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
