/** Results of named models, with a shape per task, and the receipt of an image. */
import { type Static, Type } from "typebox";
import { FaceQuality } from "./face-quality.ts";
import { Problem } from "./problem.ts";
import {
  Box,
  type Box as BoxTuple,
  Detection,
  type ProcessResult as DetectionResult,
  ImageProblem,
  type Receipt,
  Timings,
} from "./receipt.ts";

const Score = Type.Number({ minimum: 0, maximum: 1, description: "The model's confidence." });

export const Face = Type.Object({
  box: Type.Optional(Box),
  score: Type.Optional(Score),
  landmarks: Type.Optional(
    Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
      minItems: 5,
      maxItems: 5,
      description: "`[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels.",
    }),
  ),
  encoding: Type.Optional(
    Type.Array(Type.Number(), {
      description: "A unit vector. The scalar product of two is high if they are of the same person.",
    }),
  ),
  quality: Type.Optional(FaceQuality),
});
export type Face = {
  /** Absent with a remote encoder. */
  box?: BoxTuple;
  score?: number;
  landmarks?: [number, number][];
  encoding?: number[];
  quality?: FaceQuality;
};

export const LabelScore = Type.Object({
  label: Type.String(),
  wnid: Type.Optional(Type.String({ description: "The class's id in WordNet." })),
  score: Score,
});
export type LabelScore = Static<typeof LabelScore>;

export const FoundObject = Type.Object({ label: Type.String(), box: Box, score: Score });
export type FoundObject = Static<typeof FoundObject>;

/** A model's output for an image. */
export type ModelOutput = { faces: Face[] } | { labels: LabelScore[] } | { objects: FoundObject[] };

/** One schema, not a union: generators of clients cannot tell the members of a union apart. */
export const ModelResult = Type.Object(
  {
    version: Type.String({ description: "The model's version." }),
    faces: Type.Optional(
      Type.Array(Face, { description: "Of face detection and face encoding. Boxes of `faces-haar` have no score." }),
    ),
    labels: Type.Optional(
      Type.Array(LabelScore, { description: "Of image classification: the most probable classes, best first." }),
    ),
    objects: Type.Optional(Type.Array(FoundObject, { description: "Of object detection, best first." })),
  },
  { description: "What a model found. Boxes are in whole pixels and lie within the image." },
);
export type ModelResult = { version: string } & ModelOutput;

const PerModelMs = Type.Record(Type.String(), Type.Number({ minimum: 0 }), {
  description: "`inferenceMs` by model. Work shared by two models counts for the first.",
});

export const AnalysisTimings = Type.Object({ ...Timings.properties, perModelMs: PerModelMs });

const { sha256, width, height } = Detection.properties;

/** The result of an image processed by named models. */
export const Analysis = Type.Object({
  sha256,
  width,
  height,
  results: Type.Record(Type.String(), ModelResult, { description: "By the model's name." }),
  timings: AnalysisTimings,
});
export type Analysis = Omit<Static<typeof Analysis>, "results"> & { results: Record<string, ModelResult> };

const { fileName } = ImageProblem.properties;
export const AnalysisReceipt = Type.Union([
  Type.Object({ fileName, ...Analysis.properties }),
  Type.Object({ fileName, problem: Problem }),
]);
export type AnalysisReceipt = { fileName: string | null } & (Analysis | { problem: Problem });

/** The response to a request that names models. */
export const AnalysisResult = Type.Object({
  models: Type.Array(Type.String(), { description: "The models as named in the request." }),
  images: Type.Array(AnalysisReceipt, { description: "A receipt for each image, in the order of upload." }),
});
export type AnalysisResult = { models: readonly string[]; images: AnalysisReceipt[] };

export type AnyReceipt = Receipt | AnalysisReceipt;

/** Timings of an image, whichever models it was processed by. */
export const ImageTimings = Type.Object({
  ...Timings.properties,
  perModelMs: Type.Optional(PerModelMs),
});

/** What was found in an image, whichever models it was processed by. */
export const ImageFindings = Type.Object({
  width,
  height,
  faces: Type.Optional({ ...Detection.properties.faces, description: "A box for each face; without `models` only." }),
  results: Type.Optional({ ...Analysis.properties.results, description: "By the model's name; with `models` only." }),
  timings: ImageTimings,
});

/** A receipt in the API document: one schema for everything that `Receipt` and `AnalysisReceipt` can be. */
export const ImageReceipt = Type.Object(
  {
    fileName,
    sha256: Type.Optional(sha256),
    ...Type.Partial(ImageFindings).properties,
    problem: Type.Optional(Problem),
  },
  { description: "An image's result, or its `problem`, independent of the other images." },
);

/** The response of `POST /process`. */
export const ProcessAnswer = Type.Object({
  model: Type.Optional(Type.Literal("faces-haar", { description: "If the request names no models." })),
  models: Type.Optional(Type.Array(Type.String(), { description: "The models as named in the request." })),
  images: Type.Array(ImageReceipt, { description: "A receipt for each image, in the order of upload." }),
});
export type ProcessAnswer = DetectionResult | AnalysisResult;

/** @param models The models named in the request; undefined if none. */
export function processResult(models: readonly string[] | undefined, images: AnyReceipt[]): ProcessAnswer {
  return models
    ? { models, images: images as AnalysisReceipt[] }
    : { model: "faces-haar", images: images as Receipt[] };
}
