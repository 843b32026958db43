/** The actions of the detector. */
import { type Static, Type } from "typebox";
import { definitions, type ErrorCode, type ErrorData } from "../errors.ts";
import type { ProcessMetrics } from "../telemetry/metrics.ts";
import type { PoolAnalysis, PoolDetection, PoolInference } from "../vision/pool-types.ts";
import { contractsOf, NoResult, typed } from "./action.ts";
import { Bytes, isBytes } from "./bytes.ts";
import { ImageReference, ImageSource } from "./image-source.ts";
import { CountsByModel } from "./inference.ts";
import { Model, ModelChange, ModelNames } from "./model.ts";
import { DetectorLoad } from "./monitor.ts";
import { ModelOptions } from "./options.ts";
import { priorities } from "./priority.ts";
import { Detection } from "./receipt.ts";
import { Analysis } from "./results.ts";
import { Sha256 } from "./sha256.ts";

export const DetectParams = Type.Object(
  {
    image: ImageSource,
    models: Type.Optional(ModelNames),
    options: Type.Optional(ModelOptions),
    annotate: Type.Optional(Type.Enum(["png", "jpeg"])),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600_000 })),
    priority: Type.Optional(Type.Enum([...priorities])),
    /** A process died while processing the image, so it is retried in a process of its own. */
    suspect: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export type DetectParams = Static<typeof DetectParams>;

const { jobId, ...inJob } = ImageReference.properties;
const { models, options, timeoutMs } = DetectParams.properties;

/** A parcel: images of one job, given as references. */
export const DetectManyParams = Type.Object(
  {
    jobId,
    images: Type.Array(Type.Object(inJob, { additionalProperties: false }), { minItems: 1, maxItems: 64 }),
    models,
    options,
    /** Time within which an image must be begun, and then again be done. */
    timeoutMs,
    /** What all parcels are. Nodes of former versions send it. */
    priority: Type.Optional(Type.Literal("bulk")),
  },
  { additionalProperties: false },
);
export type DetectManyParams = Static<typeof DetectManyParams>;

export const InferParams = Type.Object(
  {
    model: Type.String(),
    shape: Type.Array(Type.Integer()),
    /** 32-bit floats, little-endian, in row-major order. */
    values: Bytes,
    timeoutMs: DetectParams.properties.timeoutMs,
    suspect: DetectParams.properties.suspect,
  },
  { additionalProperties: false },
);
export type InferParams = Static<typeof InferParams>;

const annotated = Type.Optional(Type.Refine(Type.Unsafe<Uint8Array>({}), isBytes));

/** `faces` if no models are named, otherwise `results` by model; `annotated` on request. */
const DetectResult = typed<PoolDetection | PoolAnalysis>()(
  Type.Union([Type.Object({ ...Detection.properties, annotated }), Type.Object({ ...Analysis.properties, annotated })]),
);

/** The outcome of one image of a parcel: what `detect` returns or throws. */
export type ImageOutcome =
  | { readonly detection: PoolDetection | PoolAnalysis }
  | { readonly failure: { readonly code: ErrorCode; readonly detail: string; readonly data?: ErrorData } };

const DetectManyResult = typed<ImageOutcome[]>()(
  Type.Array(
    Type.Union([
      Type.Object({ detection: DetectResult }),
      Type.Object({
        failure: Type.Object({
          code: Type.Enum(Object.keys(definitions) as ErrorCode[]),
          detail: Type.String(),
          data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        }),
      }),
    ]),
  ),
);

const InferResult = typed<PoolInference & { readonly version?: string }>()(
  Type.Object({
    outputs: Type.Array(
      Type.Object({
        name: Type.String(),
        shape: Type.Array(Type.Integer()),
        values: Type.Refine(Type.Unsafe<Float32Array>({}), (values) => values instanceof Float32Array),
      }),
    ),
    timings: Type.Object({ queueMs: Type.Number({ minimum: 0 }), inferenceMs: Type.Number({ minimum: 0 }) }),
    /** Version of the model. Detectors of earlier versions of the service do not send it. */
    version: Type.Optional(Type.String()),
  }),
);

/** An image that detectors refuse because it made one crash or hang. */
export const Refusal = Type.Object({
  sha256: Sha256,
  at: Type.String({ format: "date-time", description: "RFC 3339, UTC." }),
});

export const detectorActions = contractsOf("detector", {
  /** Analyses one image: its faces, or the results of the named models, with its size, hash and timings. */
  detect: { params: DetectParams, result: DetectResult, runsOn: "least busy detector", isRepeatable: true },
  /**
   * Analyses the images of a parcel; the outcomes are in the same order. The failure of an image does not affect the
   * others. Images that were not begun, because their time was up, their job ended or this detector stops, fail with
   * OVERLOADED or SHUTTING_DOWN.
   */
  detectMany: {
    params: DetectManyParams,
    result: DetectManyResult,
    runsOn: "least busy detector",
    isRepeatable: true,
  },
  /** Runs a model's network on a tensor. @throws INVALID_TENSOR */
  infer: { params: InferParams, result: InferResult, runsOn: "least busy detector", isRepeatable: true },
  /** The models of this detector. */
  models: { result: Type.Array(Model), runsOn: "detector", isRepeatable: true },
  /**
   * Loads a model, loads it anew, or unloads it, and answers with the model as it is then. If it cannot be loaded,
   * nothing changes. @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE, INVALID_OPTION, SHUTTING_DOWN
   */
  changeModel: { params: ModelChange, result: Model, runsOn: "detector", isRepeatable: true },
  /** What was loaded and unloaded since the start, for detectors that start later. */
  modelChanges: { result: Type.Array(ModelChange), runsOn: "detector", isRepeatable: true },
  /** Starts the process for suspect images before an attempt at one is counted. */
  prepareTrial: { result: NoResult, runsOn: "detector", isRepeatable: true },
  /** The images this detector refuses. */
  refusals: { result: Type.Array(Refusal), runsOn: "detector", isRepeatable: true },
  /** The metrics of this process, as prom-client aggregates them. */
  metrics: {
    result: typed<ProcessMetrics>()(Type.Array(Type.Object({ name: Type.String() }))),
    runsOn: "detector",
    isRepeatable: true,
  },
  /** What each model did in this process. */
  modelCounts: { result: CountsByModel, runsOn: "detector", isRepeatable: true },
  /** Threads, running and waiting images, and the states of the models by name. */
  load: {
    result: Type.Object({ ...DetectorLoad.properties, models: Type.Record(Type.String(), Model.properties.state) }),
    runsOn: "detector",
    isRepeatable: true,
  },
});
