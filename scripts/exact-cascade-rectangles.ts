/**
 * Writes the rectangles that OpenCV finds in the images of the start-up check of the exact cascade:
 *
 *   node scripts/run.mjs node scripts/exact-cascade-rectangles.ts
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawCheckCases } from "../lib/vision/exact-cascade-check.ts";
import { cascadePath, cv, detectByOpenCv } from "../test/support/cascade.ts";

const path = cascadePath("frontalface_default");
const classifier = new cv.CascadeClassifier(path);
const content = {
  cascadeSha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
  rectangles: drawCheckCases().map(({ plane, detection }) => detectByOpenCv(classifier, plane, detection)),
};
const output = join(import.meta.dirname, "../lib/vision/exact-cascade-rectangles.json");
writeFileSync(output, `${JSON.stringify(content)}\n`);
console.log(content.rectangles.map((rectangles) => rectangles.length));
