import { type Static, Type } from "typebox";

export const HaarEngineState = Type.Object({
  name: Type.Enum(["exact", "opencv"], { description: "Both give the same boxes; `exact` is about ten times faster." }),
  instructionSet: Type.Optional(Type.Enum(["avx2", "sse2", "portable"])),
  fallbackReason: Type.Optional(Type.String({ description: "Why OpenCV's engine stands in for ours." })),
});
export type HaarEngineState = Static<typeof HaarEngineState>;

export const modelTasks = ["face-detection", "face-encoding", "image-classification", "object-detection"] as const;

/** The form of a model's name; what is called so may still not be there. */
export const MODEL_NAME = "[a-z0-9][a-z0-9-]{0,62}";

const MAX_MODELS = 32;

/** Models to run over each image. */
export const ModelNames = Type.Array(Type.String({ pattern: `^${MODEL_NAME}$` }), {
  minItems: 1,
  maxItems: MAX_MODELS,
  description: "Names of models (`GET /v1/models`), all of which each image is given to.",
});

/** The same in a query. */
export const ModelList = Type.String({
  pattern: `^${MODEL_NAME}(,${MODEL_NAME}){0,${MAX_MODELS - 1}}$`,
  description:
    "Names of models (`GET /v1/models`), separated by commas, all of which each image is given to. With it the " +
    "receipts have `results` by model; without it `faces-haar` is run, and they have `faces`.",
});

const TensorForm = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer(), { description: "-1 stands for any size." }),
});
export type TensorForm = Static<typeof TensorForm>;

/** Tensors of floats. */
const NetworkForm = Type.Object(
  { input: TensorForm, outputs: Type.Array(TensorForm) },
  { description: "What the network itself takes and gives, as tensors of floats (`POST /v2/models/{name}/infer`)." },
);
export type NetworkForm = Static<typeof NetworkForm>;

export const Model = Type.Object({
  name: Type.String({ pattern: `^${MODEL_NAME}$` }),
  task: Type.Enum([...modelTasks]),
  version: Type.String({ description: "The version of what was trained; it stands in every result." }),
  licence: Type.String(),
  notes: Type.Optional(Type.String({ description: "What to know before using it." })),
  state: Type.Enum(["ready", "unavailable"]),
  reason: Type.Optional(Type.String({ description: "Why it is unavailable." })),
  engine: Type.Optional(HaarEngineState),
  files: Type.Array(Type.Object({ name: Type.String(), sha256: Type.String(), bytes: Type.Integer() }), {
    description: "The files it is loaded from, checked at the start.",
  }),
  network: Type.Optional(NetworkForm),
  input: Type.String({ description: "What becomes of an image before the model sees it, and so the limits of it." }),
  thresholds: Type.Record(Type.String(), Type.Number(), {
    description:
      "`score`: least score reported. `overlap`: least overlap of two boxes of one thing. " +
      "`samePerson`: least scalar product of two encodings of one person.",
  }),
  quality: Type.Array(Type.Object({ measure: Type.String(), value: Type.String(), source: Type.String() })),
});
export type Model = Static<typeof Model>;

export const ModelPage = Type.Object({ items: Type.Array(Model) });
