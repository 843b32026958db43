import { type Static, Type } from "typebox";
import { failure } from "../errors.ts";

/** The values that give the golden boxes. */
export const defaultDetectionOptions = Object.freeze({ scaleFactor: 1.1, minNeighbors: 6, minSize: 96 });

/** Options of `faces-haar`, as of OpenCV's `detectMultiScale`. */
export const DetectionOptions = Type.Object(
  {
    scaleFactor: Type.Number({
      minimum: 1.01,
      maximum: 4,
      default: defaultDetectionOptions.scaleFactor,
      description: "How much the search window grows from one scale to the next.",
    }),
    minNeighbors: Type.Integer({
      minimum: 0,
      maximum: 100,
      default: defaultDetectionOptions.minNeighbors,
      description: "How many overlapping windows a face needs. 0 returns every window, ungrouped.",
    }),
    minSize: Type.Integer({
      minimum: 24,
      maximum: 10_000,
      default: defaultDetectionOptions.minSize,
      description: "Width and height of the smallest face that is reported, in pixels.",
    }),
  },
  { additionalProperties: false },
);
export type DetectionOptions = Static<typeof DetectionOptions>;

/** Options of the models that are named in `models`. */
export const AnalysisOptions = Type.Object(
  {
    scoreThreshold: Type.Optional(
      Type.Number({
        minimum: 0.05,
        maximum: 1,
        description: "Least score of a face or an object, instead of each model's own threshold. With `models` only.",
      }),
    ),
    topK: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: "How many classes of an image classification are reported; 5 by default. With `models` only.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** What can be asked of any model. */
export const ModelOptions = Type.Object(
  { ...Type.Partial(DetectionOptions).properties, ...AnalysisOptions.properties },
  { additionalProperties: false },
);
export type ModelOptions = Static<typeof ModelOptions>;

/** @throws INVALID_OPTION where options are given that mean nothing to the default model. */
export function checkOptions(models: readonly string[] | undefined, { scoreThreshold, topK }: ModelOptions): void {
  if (models || (scoreThreshold === undefined && topK === undefined)) return;
  throw failure("INVALID_OPTION", "scoreThreshold and topK are for requests that name `models`.");
}
