import { type Static, Type } from "typebox";
import { MAX_MODELS, MODEL, MODELS } from "./patterns.ts";

export const HaarEngineState = Type.Object({
  name: Type.Enum(["exact", "opencv"], { description: "Both give the same boxes; `exact` is about ten times faster." }),
  instructionSet: Type.Optional(Type.Enum(["avx2", "sse2", "portable"])),
  fallbackReason: Type.Optional(Type.String({ description: "Why it falls back to OpenCV's engine." })),
});
export type HaarEngineState = Static<typeof HaarEngineState>;

const modelTasks = ["face-detection", "face-encoding", "image-classification", "object-detection"] as const;

/** Models to run on each image. */
export const ModelNames = Type.Array(Type.String({ pattern: MODEL }), {
  minItems: 1,
  maxItems: MAX_MODELS,
  description: "Names of the models to run on each image (`GET /v1/models`).",
});

/** Names of models in a query, separated by commas. */
export const ModelList = Type.String({
  pattern: MODELS,
  description:
    "Names of the models to run on each image (`GET /v1/models`), separated by commas. With it the receipts have " +
    "`results` by model; without it `faces-haar` runs and they have `faces`.",
});

export const TensorForm = Type.Object({
  name: Type.String(),
  datatype: Type.Enum(["FP32", "UINT8"], { description: "By the name in the Open Inference Protocol." }),
  shape: Type.Array(Type.Integer(), { description: "-1 stands for any size." }),
});
export type TensorForm = Static<typeof TensorForm>;

/** Execution providers on which onnxruntime runs a network, by its own names. */
export const providers = ["cpu", "cuda", "tensorrt", "openvino", "coreml", "webgpu"] as const;
export type Provider = (typeof providers)[number];

export const NetworkForm = Type.Object(
  {
    input: TensorForm,
    outputs: Type.Array(TensorForm),
    provider: Type.Enum([...providers], { description: "What it runs on, by onnxruntime's name." }),
    fallbackReason: Type.Optional(Type.String({ description: "Why it does not run on what was preferred." })),
  },
  { description: "Inputs and outputs of the network (`POST /v2/models/{name}/infer`)." },
);
export type NetworkForm = Static<typeof NetworkForm>;

export const ModelFile = Type.Object({ name: Type.String(), sha256: Type.String(), bytes: Type.Integer() });
export const QualityMeasure = Type.Object({ measure: Type.String(), value: Type.String(), source: Type.String() });

export const Model = Type.Object({
  name: Type.String({ pattern: MODEL }),
  task: Type.Enum([...modelTasks]),
  version: Type.String({ description: "The version of the trained model, included in every result." }),
  licence: Type.String(),
  notes: Type.Optional(Type.String({ description: "Notes on its use." })),
  state: Type.Enum(["ready", "unavailable"]),
  reason: Type.Optional(Type.String({ description: "Why it is unavailable." })),
  engine: Type.Optional(HaarEngineState),
  files: Type.Array(ModelFile, {
    description: "The files it is loaded from, verified at startup.",
  }),
  network: Type.Optional(NetworkForm),
  hasLandmarks: Type.Optional(Type.Boolean({ description: "Of a face detector with a network, if it is ready." })),
  input: Type.String({ description: "Preprocessing of an image, and the limits that follow from it." }),
  thresholds: Type.Record(Type.String(), Type.Number(), {
    description:
      "`score`: minimum score reported. `overlap`: minimum overlap of two boxes of the same object. " +
      "`samePerson`: minimum scalar product of two encodings of the same person.",
  }),
  quality: Type.Array(QualityMeasure),
});
export type Model = Static<typeof Model>;

export const ModelPage = Type.Object({ items: Type.Array(Model) });

/** A model that was loaded or unloaded while the service runs. */
export const ModelChange = Type.Object(
  {
    name: Type.String({ pattern: MODEL }),
    isLoaded: Type.Boolean(),
    /** Time of the change: RFC 3339, UTC. Only the latest change of a model counts. */
    at: Type.String({ format: "date-time" }),
  },
  { additionalProperties: false },
);
export type ModelChange = Static<typeof ModelChange>;
