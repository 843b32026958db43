/** OpenCV for tests, to create images and to query it directly. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { OpenCv } from "../../lib/vision/opencv.ts";

const root = join(import.meta.dirname, "../..");

export const cv: OpenCv = createRequire(import.meta.url)(join(root, ".tools/opencv4nodejs.node"));

export const cascadePath = join(
  root,
  "node_modules/@u4/opencv4nodejs/src/lib/haarcascades/haarcascade_frontalface_default.xml",
);
