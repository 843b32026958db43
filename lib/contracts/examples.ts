/** Examples in the API document. The contract test sends and compares them. */
import { failure } from "../errors.ts";
import { facesHaarModel } from "./faces-haar.ts";
import type {
  InferenceRequest,
  InferenceResponse,
  ModelConfig,
  ModelMetadata,
  RepositoryIndex,
  StatisticsList,
} from "./inference.ts";
import type { Job, JobImage } from "./job.ts";
import type { Model } from "./model.ts";
import type { ActivityOfRange, Node, Statistics } from "./monitor.ts";
import { toProblem } from "./problem.ts";
import type { ProcessResult } from "./receipt.ts";
import type { AnalysisResult } from "./results.ts";

/** A white image of 8 × 8 pixels, as PNG. */
const WHITE_IMAGE =
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR42mP8zwABTAwUMQBJQQEPkWFcdwAAAABJRU5ErkJggg==";

export const jsonRequest = { images: [{ fileName: "white.png", data: WHITE_IMAGE }, WHITE_IMAGE] };

const astronaut = {
  fileName: "astronaut.png",
  sha256: "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
  width: 512,
  height: 512,
  faces: [[170, 61, 108, 108] as [number, number, number, number]],
  timings: { queueMs: 0.975, decodeMs: 5.353, inferenceMs: 3.363 },
};

/** The answer to `test-data/samples/astronaut.png`. */
export const processResult: ProcessResult = { model: "faces-haar", images: [astronaut] };

/** The answer to that image and a text file called `notes.jpg`. */
export const mixedResult: ProcessResult = {
  model: "faces-haar",
  images: [
    astronaut,
    {
      fileName: "notes.jpg",
      problem: toProblem(
        failure("UNSUPPORTED_MEDIA_TYPE", "The file is not a JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF image."),
        "0f0c2a3e-6d0c-4e0e-9a37-9a5f3a1c2b7d",
      ),
    },
  ],
};

const jobId = "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11";

export const exampleJob: Job = {
  id: jobId,
  state: "running",
  model: "faces-haar",
  options: { minSize: 48 },
  labels: { album: "summer" },
  priority: 5,
  createdAt: "2026-11-21T12:00:00.000Z",
  queuedAt: "2026-11-21T12:00:00.000Z",
  startedAt: "2026-11-21T12:00:00.004Z",
  images: { total: 1465, pending: 1020, running: 4, done: 440, failed: 1 },
  progress: { fraction: 0.301, imagesPerSecond: 441.2, etaSeconds: 3 },
};

const { fileName, sha256, ...result } = astronaut;

export const exampleJobImages: JobImage[] = [
  {
    index: 0,
    fileName,
    sha256,
    bytes: 791555,
    state: "done",
    attempts: 1,
    result,
    startedAt: "2026-11-21T12:00:00.004Z",
    finishedAt: "2026-11-21T12:00:00.023Z",
  },
  { index: 1, fileName: "next.jpg", sha256, bytes: 791555, state: "pending", attempts: 0 },
];

export const exampleDeadLetter = {
  jobId,
  index: 7,
  fileName: "strange.png",
  sha256,
  bytes: 791555,
  state: "failed",
  attempts: 3,
  problem: toProblem(failure("NODE_LOST", "The node died while it processed the image.")),
  finishedAt: "2026-11-21T12:00:03.000Z",
};

export const exampleCloudEvent = {
  specversion: "1.0",
  id: `${jobId}.created.0`,
  source: "/v1/jobs",
  type: "dev.sightline.job.created",
  subject: `jobs/${jobId}`,
  time: "2026-11-21T12:00:00.000Z",
  datacontenttype: "application/json",
  sequence: "1",
  sequencetype: "Integer",
  data: { jobId, state: "created", run: 0, model: "faces-haar", labels: { album: "summer" }, priority: 5 },
};

const { sequencetype: _type, ...attributes } = exampleCloudEvent;
export const exampleEvent = { ...attributes, sequence: 1 };

export const exampleModel: Model = {
  ...facesHaarModel,
  engine: { name: "exact", instructionSet: "avx2" },
  state: "ready",
};

/** The answer to `test-data/samples/chelsea.png` with `models=classify,objects&topK=2`. */
export const analysisResult: AnalysisResult = {
  models: ["classify", "objects"],
  images: [
    {
      fileName: "chelsea.png",
      sha256: "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
      width: 451,
      height: 300,
      results: {
        classify: {
          version: "mobilenetv2-12-int8-cc028fe6",
          labels: [
            { label: "Egyptian cat", wnid: "n02124075", score: 0.669994 },
            { label: "tiger cat", wnid: "n02123159", score: 0.186068 },
          ],
        },
        objects: {
          version: "yolox-nano-695e750a",
          objects: [{ label: "cat", box: [0, 0, 451, 300], score: 0.636835 }],
        },
      },
      timings: { queueMs: 0.04, decodeMs: 3.2, inferenceMs: 14.1, perModelMs: { classify: 3.1, objects: 11 } },
    },
  ],
};

export const exampleNode: Node = {
  id: "vision-1-3f9c2a71",
  hostname: "vision-1",
  state: "online",
  services: ["detector"],
  version: "0.1.0",
  startedAt: "2026-11-21T11:58:00.000Z",
  uptimeSeconds: 120,
  detector: { threads: 8, running: 8, waiting: 24 },
};

export const exampleStatistics: Statistics = {
  time: "2026-11-21T12:00:04.000Z",
  queue: { waiting: 1020, oldestSeconds: 4 },
  jobs: { created: 0, queued: 0, running: 1, succeeded: 12, partially_failed: 1, failed: 0, cancelled: 2 },
  deadLetters: 1,
  lastSequence: 40_412,
  activity: {
    completeSince: "2026-11-21T11:59:40.000Z",
    lastHour: { done: 440, failed: 1, retried: 2 },
    lastMinute: { imagesPerSecond: 18.3, p50Ms: 4.2, p95Ms: 9.7 },
    // Three of the 360 buckets of an hour.
    from: "2026-11-21T11:59:40.000Z",
    bucketSeconds: 10,
    buckets: { done: [0, 0, 440], failed: [0, 0, 1], p50Ms: [null, null, 4.2], p95Ms: [null, null, 9.7] },
  },
};

export const exampleActivity: ActivityOfRange = {
  range: "hour",
  time: "2026-11-21T12:00:04.000Z",
  // Two of the 360 buckets.
  from: "2026-11-21T11:59:50.000Z",
  bucketSeconds: 10,
  jobs: { done: [0, 440], failed: [0, 1], p50Ms: [null, 4.2], p95Ms: [null, 9.7] },
  process: { done: [12, 3], failed: [0, 0], p50Ms: [3.9, 4], p95Ms: [8.1, 7.7] },
};

export const modelMetadata: ModelMetadata = {
  name: "classify",
  versions: ["mobilenetv2-12-int8-cc028fe6"],
  platform: "onnxruntime_onnx",
  inputs: [
    { name: "image", datatype: "BYTES", shape: [1] },
    { name: "input", shape: [-1, 3, 224, 224], datatype: "FP32" },
  ],
  outputs: [
    { name: "labels", datatype: "BYTES", shape: [-1] },
    { name: "scores", datatype: "FP32", shape: [-1] },
    { name: "output", shape: [-1, 1000], datatype: "FP32" },
  ],
};

export const modelConfig: ModelConfig = {
  name: "classify",
  platform: "onnxruntime_onnx",
  backend: "onnxruntime",
  version_policy: { latest: { num_versions: 1 } },
  max_batch_size: 0,
  input: [
    { name: "image", data_type: "TYPE_STRING", dims: [1], optional: true },
    { name: "input", data_type: "TYPE_FP32", dims: [-1, 3, 224, 224], optional: true },
  ],
  output: [
    { name: "labels", data_type: "TYPE_STRING", dims: [-1] },
    { name: "scores", data_type: "TYPE_FP32", dims: [-1] },
    { name: "output", data_type: "TYPE_FP32", dims: [-1, 1000] },
  ],
};

export const modelStatistics: StatisticsList = {
  model_stats: [
    {
      name: "classify",
      version: "mobilenetv2-12-int8-cc028fe6",
      last_inference: 1_795_800_000_000,
      inference_count: 2,
      execution_count: 2,
      inference_stats: {
        success: { count: 2, ns: 12_680_000 },
        fail: { count: 1, ns: 310_000 },
        queue: { count: 2, ns: 80_000 },
        compute_input: { count: 2, ns: 6_400_000 },
        compute_infer: { count: 2, ns: 6_200_000 },
        compute_output: { count: 2, ns: 0 },
      },
      batch_stats: [],
    },
  ],
};

export const repositoryIndex: RepositoryIndex = [
  { name: "faces-haar", version: "opencv-4.6.0", state: "READY", reason: "" },
  {
    name: "classify",
    version: "mobilenetv2-12-int8-cc028fe6",
    state: "UNAVAILABLE",
    reason: "mobilenetv2.onnx is missing",
  },
];

export const inferenceRequest: InferenceRequest = {
  id: "1",
  parameters: { topK: 2 },
  inputs: [{ name: "image", shape: [1], datatype: "BYTES", data: [WHITE_IMAGE] }],
};

/** The answer to the request above with `test-data/samples/chelsea.png`. */
export const inferenceResponse: InferenceResponse = {
  id: "1",
  model_name: "classify",
  model_version: "mobilenetv2-12-int8-cc028fe6",
  outputs: [
    { name: "labels", datatype: "BYTES", shape: [2], data: ["Egyptian cat", "tiger cat"] },
    { name: "scores", datatype: "FP32", shape: [2], data: [0.669994, 0.186068] },
  ],
};
