/** Faces cut out of images for their encoding: in the right place, and with all of their pixels. */
import { describe, expect, it } from "vitest";
import { align } from "../../lib/vision/models/alignment.ts";
import type { Point } from "../../lib/vision/models/geometry.ts";
import { cv } from "../support/opencv.ts";

const TEMPLATE: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/** Landmarks of a face that is so many times as large as the aligned one, turned, and somewhere. */
function landmarksOf(scale: number, degrees: number, [left, top]: Point): Point[] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return TEMPLATE.map(([x, y]) => [left + scale * (cos * x - sin * y), top + scale * (sin * x + cos * y)]);
}

function drawn(side: number, color: (x: number, y: number) => number) {
  const pixels = Buffer.alloc(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) pixels.fill(color(x, y), 3 * (y * side + x), 3 * (y * side + x) + 3);
  return new cv.Mat(pixels, side, side, cv.CV_8UC3);
}

const aligned = (image: InstanceType<typeof cv.Mat>, landmarks: readonly Point[]) =>
  Array.from(
    align(cv, image, landmarks)
      .getData()
      .filter((_, index) => index % 3 === 0),
  );

describe("a face of an aligned image", () => {
  it.each([
    [2.6, 0],
    [4, 20],
    [6, -35],
  ])(
    "that is %d times as large has all its pixels, turned by %d degrees: fine patterns become grey",
    (scale, degrees) => {
      const chequers = drawn(1600, (x, y) => ((x + y) % 2) * 255);
      const values = aligned(chequers, landmarksOf(scale, degrees, [450, 450]));
      expect(Math.min(...values)).toBeGreaterThan(100);
      expect(Math.max(...values)).toBeLessThan(155);
    },
  );

  it.each([
    [1.5, 10, [300, 300]],
    [3.3, 0, [400, 300]],
    [6, 25, [600, 200]],
    // Partly outside: what is not there is black.
    [6, 25, [100, -200]],
    [6, 0, [1200, 1200]],
  ] as [number, number, Point][])("lies where it should: %d times, %d degrees, at %j", (scale, degrees, at) => {
    const side = 1600;
    const color = (x: number, y: number) => 60 + x / 20 + y / 16;
    const values = aligned(
      drawn(side, (x, y) => Math.round(color(x, y))),
      landmarksOf(scale, degrees, at),
    );
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    let inside = 0;
    for (const [index, value] of values.entries()) {
      const [column, row] = [index % 112, Math.floor(index / 112)];
      const x = at[0] + scale * (cos * column - sin * row);
      const y = at[1] + scale * (sin * column + cos * row);
      const margin = 2 * scale;
      const isIn = [x, y].every((where) => where > margin && where < side - margin);
      const isOut = [x, y].some((where) => where < -margin || where > side + margin);
      if (isIn) expect(Math.abs(value - color(x, y))).toBeLessThan(2);
      if (isOut) expect(value).toBe(0);
      if (isIn) inside++;
    }
    expect(inside).toBeGreaterThan(1000);
  });
});
