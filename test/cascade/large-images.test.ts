/**
 * Large images: the same rectangles, in little memory. 12 megapixels here; `npm run test:cascade-long` adds 48, where
 * the sums of OpenCV wrap around, and images that are extremely wide or high.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cascadePath, cv, detectByOpenCv, instructionSets, loadDetector } from "../support/cascade.ts";

const isLong = process.env.SIGHTLINE_CASCADE_LARGE === "1";
const sample = join(import.meta.dirname, "../../test-data/samples/astronaut.png");

/** Faces of many sizes: the sample, repeated in tiles whose side grows from one to the next. */
function montage(width: number, height: number): Buffer {
  const grey = cv.imdecode(readFileSync(sample), cv.IMREAD_GRAYSCALE);
  const canvas = Buffer.alloc(width * height, 128);
  let side = 90;
  for (let top = 0; top < height; top += side) {
    side = Math.min(Math.ceil(side * 1.3), 900);
    const tile = grey.resize(side, side).getData();
    const rows = Math.min(side, height - top);
    for (let left = 0; left < width; left += side)
      for (let y = 0; y < rows; y++)
        canvas.set(tile.subarray(y * side, y * side + Math.min(side, width - left)), (top + y) * width + left);
  }
  return canvas;
}

interface LargeCase {
  readonly width: number;
  readonly height: number;
  readonly minSize: number;
  readonly scaleFactor: number;
}

const SHORT: LargeCase[] = [
  { width: 4000, height: 3000, minSize: 96, scaleFactor: 1.1 },
  { width: 2400, height: 1400, minSize: 0, scaleFactor: 1.3 },
];
const LONG: LargeCase[] = [
  { width: 4000, height: 3000, minSize: 0, scaleFactor: 1.1 },
  { width: 8000, height: 6000, minSize: 96, scaleFactor: 1.1 },
  { width: 8000, height: 6000, minSize: 0, scaleFactor: 1.3 },
  { width: 65_500, height: 730, minSize: 0, scaleFactor: 1.2 },
  { width: 600, height: 60_000, minSize: 0, scaleFactor: 1.2 },
];

test.each(isLong ? [...SHORT, ...LONG] : SHORT)(
  "$width×$height from $minSize by $scaleFactor",
  { timeout: 600_000 },
  ({ width, height, minSize, scaleFactor }) => {
    const plane = montage(width, height);
    const classifier = new cv.CascadeClassifier(cascadePath("frontalface_default"));
    const size = { width: minSize, height: minSize };
    const detection = { width, height, scaleFactor, minNeighbors: 0, minSize: size };
    const expected = detectByOpenCv(classifier, plane, detection);
    expect(expected.length).toBeGreaterThan(100);
    for (const set of instructionSets) {
      const detector = loadDetector(set);
      expect(detector.detect(plane, detection), set).toEqual(expected);
      expect(detector.workBytes).toBeLessThan(3 * plane.length);
    }
  },
);

test("the process grows by less than 3 times the image", () => {
  const megapixels = isLong ? [12, 48] : [12];
  for (const millions of megapixels) {
    const script = join(import.meta.dirname, "../support/cascade-memory.ts");
    const output = execFileSync(process.execPath, ["--expose-gc", script, String(millions)], { encoding: "utf8" });
    const { imageBytes, grownBytes, boxes } = JSON.parse(output);
    expect(imageBytes).toBeGreaterThanOrEqual(millions * 1e6);
    expect(boxes).toBeGreaterThan(0);
    expect(grownBytes).toBeLessThan(3 * imageBytes);
  }
});
