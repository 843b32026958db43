import { type Static, Type } from "typebox";

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
