import { type Static, Type } from "typebox";
import { Problem } from "./problem.ts";
import { SHA256_PATTERN } from "./sha256.ts";

export type Box = [x: number, y: number, width: number, height: number];
/** Not a JSON Schema tuple, which many client generators do not support. */
export const Box = Type.Unsafe<Box>(
  Type.Array(Type.Integer(), {
    minItems: 4,
    maxItems: 4,
    description: "`[x, y, width, height]` in pixels of the image as displayed (its EXIF orientation applied).",
  }),
);

const milliseconds = (description: string) => Type.Number({ minimum: 0, description });

export const Timings = Type.Object({
  queueMs: milliseconds("Time the image waited for a thread."),
  decodeMs: milliseconds("Time to check, decode and prepare the image."),
  inferenceMs: milliseconds("Inference time of the model."),
});
export type Timings = Static<typeof Timings>;

const FileName = Type.Union([Type.String(), Type.Null()], {
  description: "The file name as sent, or null if none was sent.",
});

/** The result of a processed image. */
export const Detection = Type.Object({
  sha256: Type.String({ pattern: SHA256_PATTERN, description: "SHA-256 of the file's bytes." }),
  width: Type.Integer({ minimum: 1, description: "Width of the image as displayed, in pixels." }),
  height: Type.Integer({ minimum: 1, description: "Height of the image as displayed, in pixels." }),
  faces: Type.Array(Box, { description: "A box for each face." }),
  timings: Timings,
});
export type Detection = Static<typeof Detection>;

export const ImageResult = Type.Object({ fileName: FileName, ...Detection.properties });
export const ImageProblem = Type.Object({ fileName: FileName, problem: Problem });

/** One image's result or problem, independent of the other images. */
export const Receipt = Type.Union([ImageResult, ImageProblem]);
export type Receipt = { fileName: string | null } & (Detection | { problem: Problem });

export const ProcessResult = Type.Object({
  model: Type.Literal("faces-haar"),
  images: Type.Array(Receipt, { description: "A receipt for each image, in the order of upload." }),
});
export type ProcessResult = { model: "faces-haar"; images: Receipt[] };
