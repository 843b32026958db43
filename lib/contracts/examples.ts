/** Examples of the API document. The contract test sends and compares them. */
import { failure } from "../errors.ts";
import { toProblem } from "./problem.ts";
import type { ProcessResult } from "./receipt.ts";

/** A white picture of 8 × 8 pixels, as PNG. */
const WHITE_PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR42mP8zwABTAwUMQBJQQEPkWFcdwAAAABJRU5ErkJggg==";

export const jsonRequest = { images: [{ fileName: "white.png", data: WHITE_PICTURE }, WHITE_PICTURE] };

const astronaut = {
  fileName: "astronaut.png",
  sha256: "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
  width: 512,
  height: 512,
  faces: [[170, 61, 108, 108] as [number, number, number, number]],
  timings: { queueMs: 0.05, decodeMs: 4.31, inferenceMs: 13.72 },
};

/** The answer to `test-data/samples/astronaut.png`. */
export const processResult: ProcessResult = { model: "faces-haar", images: [astronaut] };

/** The answer to that picture and a text file called `notes.jpg`. */
export const mixedResult: ProcessResult = {
  model: "faces-haar",
  images: [
    astronaut,
    {
      fileName: "notes.jpg",
      problem: toProblem(
        failure("UNSUPPORTED_MEDIA_TYPE", "The file is not a JPEG, PNG, WebP, BMP or TIFF image."),
        "0f0c2a3e-6d0c-4e0e-9a37-9a5f3a1c2b7d",
      ),
    },
  ],
};
