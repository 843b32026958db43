/** Images as the networks get them, value by value, and the way back. */
import { describe, expect, it } from "vitest";
import type { ImageInput } from "../../lib/vision/models/input.ts";
import { cornersInImage, placementOf, pointInImage, tensorOf } from "../../lib/vision/models/preprocessing.ts";
import { cv } from "../support/opencv.ts";

const plain = {
  colors: "bgr",
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
  axes: "nchw",
  resampling: "area",
} as const satisfies Partial<ImageInput>;
const stretch: ImageInput = { ...plain, mean: [0, 0, 0], deviation: [1, 1, 1], fit: "stretch", width: 4, height: 2 };
const crop: ImageInput = { ...stretch, fit: "crop", width: 224, height: 224, shortSide: 256 };
const letterbox: ImageInput = {
  ...stretch,
  fit: "letterbox",
  width: 64,
  height: 64,
  padding: 114,
  position: "corner",
  enlarge: true,
};
const scaleDown: ImageInput = { ...stretch, fit: "scale-down", maxSide: 100, stride: 32, padding: 0 };

/** An image whose pixel at (x, y) has blue 10·x, green 10·y and red 200. */
function image(columns: number, rows: number) {
  const pixels = Array.from({ length: rows * columns }, (_, at) => [
    10 * (at % columns),
    10 * Math.floor(at / columns),
    200,
  ]);
  return new cv.Mat(Buffer.from(pixels.flat()), rows, columns, cv.CV_8UC3);
}

const valuesOf = (columns: number, rows: number, input: ImageInput) =>
  Array.from(tensorOf(cv, image(columns, rows), input, placementOf(columns, rows, input)));

describe("an image becomes an input", () => {
  it("as it is, where it has its size", () => {
    expect(valuesOf(4, 2, stretch)).toEqual([
      ...[0, 10, 20, 30, 0, 10, 20, 30],
      ...[0, 0, 0, 0, 10, 10, 10, 10],
      ...Array(8).fill(200),
    ]);
  });

  it("stretched: each value is the mean of the pixels it stands for", () => {
    expect(valuesOf(8, 2, stretch)).toEqual([
      ...[5, 25, 45, 65, 5, 25, 45, 65],
      ...[0, 0, 0, 0, 10, 10, 10, 10],
      ...Array(8).fill(200),
    ]);
  });

  it("with bilinear resampling, which skips pixels", () => {
    // In the middle between the second and the third of four pixels.
    expect(valuesOf(16, 2, { ...stretch, resampling: "bilinear" }).slice(0, 4)).toEqual([15, 55, 95, 135]);
    expect(valuesOf(20, 2, { ...stretch, resampling: "bilinear" }).slice(0, 4)).toEqual([20, 70, 120, 170]);
  });

  it("red first, with a mean and a deviation for each channel", () => {
    const input: ImageInput = { ...stretch, colors: "rgb", mean: [100, 5, 10], deviation: [50, 5, 10] };
    expect(valuesOf(4, 2, input)).toEqual([
      ...Array(8).fill(2),
      ...[-1, -1, -1, -1, 1, 1, 1, 1],
      ...[-1, 0, 1, 2, -1, 0, 1, 2].map(Math.fround),
    ]);
  });

  it("with its channels interleaved", () => {
    expect(valuesOf(4, 2, { ...stretch, axes: "nhwc" }).slice(0, 6)).toEqual([0, 0, 200, 10, 0, 200]);
  });

  it("cut to its middle", () => {
    const input: ImageInput = { ...crop, width: 2, height: 2, shortSide: 4 };
    expect(valuesOf(8, 4, input)).toEqual([...[30, 40, 30, 40], ...[10, 10, 20, 20], ...Array(4).fill(200)]);
  });

  it("with padding beside it", () => {
    const input: ImageInput = { ...letterbox, width: 4, height: 4 };
    const beside = Array(4).fill(114);
    const [first, second] = [
      [0, 10, 20, 30],
      [0, 10, 20, 30],
    ];
    expect(valuesOf(4, 2, input).slice(0, 16)).toEqual([...first, ...second, ...beside, ...beside]);
    expect(valuesOf(4, 2, { ...input, position: "centre" }).slice(0, 16)).toEqual([
      ...beside,
      ...first,
      ...second,
      ...beside,
    ]);
  });
});

describe("the place of an image in an input", () => {
  it.each<[string, number, number, ImageInput, object]>([
    ["the whole of it", 100, 50, stretch, { scaled: { width: 4, height: 2 }, scaleX: 0.04, scaleY: 0.04 }],
    ["the middle square", 512, 256, crop, { region: { x: 144, y: 16, width: 224, height: 224 } }],
    [
      "a middle that is no square",
      100,
      100,
      { ...crop, width: 256 },
      { region: { x: 0, y: 6, width: 100, height: 88 } },
    ],
    [
      "the middle of the scaled image",
      300,
      200,
      { ...crop, resampling: "antialiased" },
      { region: { x: 300 * (80 / 384), y: 12.5, width: 175, height: 175 } },
    ],
    ["one pixel of a line", 1, 9000, crop, { region: { x: 0, y: 4499, width: 1, height: 1 } }],
    ["scaled down to fit", 128, 96, letterbox, { scaled: { width: 64, height: 48 }, left: 0, top: 0, scaleX: 0.5 }],
    ["enlarged to fit", 32, 16, letterbox, { scaled: { width: 64, height: 32 }, scaleX: 2, scaleY: 2 }],
    [
      "not enlarged",
      32,
      15,
      { ...letterbox, enlarge: false, position: "centre" },
      { scaled: { width: 32, height: 15 }, left: 16, top: 24, scaleX: 1 },
    ],
    ["as large as it is", 70, 30, scaleDown, { scaled: { width: 70, height: 30 }, width: 96, height: 32, scaleX: 1 }],
    ["as large as it may be", 400, 3, scaleDown, { scaled: { width: 100, height: 1 }, width: 128, height: 32 }],
  ])("is %s", (_what, columns, rows, input, expected) => {
    expect(placementOf(columns, rows, input)).toMatchObject(expected);
  });

  it.each<[string, ImageInput]>([
    ["stretched", stretch],
    ["cropped", crop],
    ["in the middle of padding", { ...letterbox, position: "centre" }],
    ["scaled down", scaleDown],
  ])("is undone: %s", (_what, input) => {
    const placement = placementOf(300, 200, input);
    const { region, left, top, scaled, scaleX, scaleY } = placement;
    expect(pointInImage([left, top], placement)).toEqual([region.x, region.y]);
    const [right, bottom] = pointInImage([left + scaled.width, top + scaled.height], placement);
    // Sides are whole pixels of the input.
    expect(Math.abs(right - (region.x + region.width))).toBeLessThanOrEqual(0.5 / scaleX);
    expect(Math.abs(bottom - (region.y + region.height))).toBeLessThanOrEqual(0.5 / scaleY);
    expect(cornersInImage([left, top, left + scaled.width, top + scaled.height], placement)).toEqual([
      region.x,
      region.y,
      right,
      bottom,
    ]);
  });
});
