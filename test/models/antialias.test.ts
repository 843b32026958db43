/** The filter that classifiers are evaluated with, against Pillow (`reference.py`). */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ManifestOf } from "../../lib/vision/models/entry.ts";
import type { ImageInput } from "../../lib/vision/models/input.ts";
import { loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";
import { placementOf, tensorOf } from "../../lib/vision/models/preprocessing.ts";
import { filtered } from "../../lib/vision/models/triangle-filter.ts";
import type { Size } from "../../lib/vision/size.ts";
import { sample } from "../support/images.ts";
import { cv } from "../support/opencv.ts";
import vectors from "./vectors.json" with { type: "json" };

const classify = loadManifests([ownManifest]).find(({ name }) => name === "classify") as ManifestOf<"classifier">;

/** The pixels that the classifier gets of an image, as bytes of blue, green and red. */
function middleOf(image: InstanceType<typeof cv.Mat>): Buffer {
  const plain = { mean: [0, 0, 0], deviation: [1, 1, 1] };
  const input: ImageInput = { ...classify.input, ...plain, colors: "bgr", axes: "nhwc" };
  return Buffer.from(tensorOf(cv, image, input, placementOf(image.cols, image.rows, input)));
}

describe("images are scaled as by Pillow", () => {
  it.each(vectors.antialiased)("$columns × $rows, from $region to $scaled", ({ columns, rows, ...vector }) => {
    const [x = 0, y = 0, width = 0, height = 0] = vector.region;
    const scaled: Size = { width: vector.scaled[0] as number, height: vector.scaled[1] as number };
    const region = { x, y, width, height };
    const result = filtered(Uint8Array.from(vector.pixels), { width: columns, height: rows }, region, scaled);
    expect(Array.from(result)).toEqual(vector.result);
  });

  it.each(Object.entries(vectors.middles))("for the classifier: %s", (name, sha256) => {
    const pixels = middleOf(cv.imdecode(sample(name), cv.IMREAD_COLOR));
    expect(createHash("sha256").update(pixels).digest("hex")).toBe(sha256);
  });

  it.each([4, 7.3])("nearly, where they are reduced before: %d times as large", (times) => {
    const image = cv.imdecode(sample("coffee.png"), cv.IMREAD_COLOR);
    const large = image.resize(Math.round(image.rows * times), Math.round(image.cols * times), 0, 0, cv.INTER_CUBIC);
    const { region, scaled } = placementOf(large.cols, large.rows, classify.input);
    const exact = filtered(large.getData(), { width: large.cols, height: large.rows }, region, scaled);
    const differences = middleOf(large).map((value, index) => Math.abs(value - (exact[index] as number)));
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    console.log(`reduced before the filter: a mean difference of ${mean.toFixed(2)}`);
    expect(mean).toBeLessThan(1);
  });

  it("without skipping a pixel: a chessboard is grey, at any size", () => {
    for (const side of [600, 1400, 3000]) {
      const pixels = Buffer.alloc(side * side * 3);
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) pixels.fill(((x + y) % 2) * 255, 3 * (y * side + x), 3 * (y * side + x) + 3);
      const values = middleOf(new cv.Mat(pixels, side, side, cv.CV_8UC3));
      const farthest = values.reduce((most, value) => Math.max(most, Math.abs(value - 127.5)), 0);
      expect(farthest).toBeLessThan(2);
    }
  });
});
