/**
 * The entries of a manifest. The kind of a model says what it finds, its layout what the outputs of its network mean,
 * and its input how an image becomes the network's input.
 */
import { type Static, type TSchema, Type } from "typebox";
import { providers } from "../../contracts/model.ts";
import { Sha256 } from "../../contracts/sha256.ts";
import { type ImageInput, inputs, TensorInput } from "./input.ts";

const closed = { additionalProperties: false } as const;
const share = Type.Number({ minimum: 0, maximum: 1 });

export const ModelFile = Type.Object(
  {
    name: Type.String({ pattern: "^\\w[\\w.-]{0,127}$" }),
    /** Omitted for files that are not published. */
    url: Type.Optional(Type.String({ pattern: "^https?://" })),
    sha256: Sha256,
    bytes: Type.Integer({ minimum: 1 }),
  },
  closed,
);
export type ModelFile = Static<typeof ModelFile>;

const common = {
  name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }),
  version: Type.String({ minLength: 1 }),
  licence: Type.String({ minLength: 1 }),
  notes: Type.Optional(Type.String()),
  quality: Type.Array(Type.Object({ measure: Type.String(), value: Type.String(), source: Type.String() }, closed)),
  /** What the network runs on, in order of preference. Replaces PROVIDERS. */
  providers: Type.Optional(Type.Array(Type.Enum([...providers]), { minItems: 1, uniqueItems: true })),
  /** Expected result for `self-check.jpg`: path of a JSON file relative to the manifest. */
  reference: Type.Optional(Type.String()),
};
const network = Type.Object({ model: ModelFile }, closed);
const networkAndLabels = Type.Object({ model: ModelFile, labels: ModelFile }, closed);
/** Minimum score of a reported box. If two boxes overlap by more than `overlap`, only the better one is reported. */
const detection = Type.Object({ score: share, overlap: share }, closed);
/** `fit` determines the fields: see `inputs`. */
const imageInput = Type.Unsafe<ImageInput>(
  Type.Object({ fit: Type.Enum(Object.keys(inputs) as (keyof typeof inputs)[]) }),
);

export const kinds = {
  "face-detector": Type.Object(
    {
      kind: Type.Literal("face-detector"),
      ...common,
      files: network,
      layout: Type.Enum(["yunet", "scrfd", "retinaface"]),
      input: imageInput,
      /**
       * For networks whose boxes of large faces are wrong: an image of more than `maxSide` pixels is searched at that
       * size too, and the pass at its full size counts only faces of at most `largestFace` pixels of its input.
       */
      coarsePass: Type.Optional(
        Type.Object({ maxSide: Type.Integer({ minimum: 32 }), largestFace: Type.Integer({ minimum: 1 }) }, closed),
      ),
      thresholds: detection,
    },
    closed,
  ),
  "face-encoder": Type.Object(
    {
      kind: Type.Literal("face-encoder"),
      ...common,
      files: network,
      /** Model of kind `face-detector` that finds the faces to encode, with landmarks. */
      detector: common.name,
      /** Input for the faces, which are aligned to 112 × 112 pixels. */
      input: TensorInput,
      /** Minimum cosine of two encodings that counts as the same person. */
      thresholds: Type.Object({ samePerson: share }, closed),
    },
    closed,
  ),
  classifier: Type.Object(
    {
      kind: Type.Literal("classifier"),
      ...common,
      files: networkAndLabels,
      layout: Type.Enum(["logits", "probabilities"]),
      input: imageInput,
    },
    closed,
  ),
  "object-detector": Type.Object(
    {
      kind: Type.Literal("object-detector"),
      ...common,
      files: networkAndLabels,
      layout: Type.Enum(["yolox", "yolov8", "yolov5", "end-to-end"]),
      input: imageInput,
      thresholds: detection,
    },
    closed,
  ),
} as const satisfies Record<string, TSchema>;

type Kinds = { readonly [Kind in keyof typeof kinds]: Static<(typeof kinds)[Kind]> };
export type ModelKind = keyof Kinds;
export type ManifestOf<Kind extends ModelKind> = Kinds[Kind];
export type ModelManifest = Kinds[ModelKind];

/** A model's entry, with the resolved path of its reference. */
export type ManifestEntry<Kind extends ModelKind = ModelKind> = ManifestOf<Kind> & { readonly referencePath?: string };

export const tasks = {
  "face-detector": "face-detection",
  "face-encoder": "face-encoding",
  classifier: "image-classification",
  "object-detector": "object-detection",
} as const satisfies Record<ModelKind, string>;
