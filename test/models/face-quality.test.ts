/** What the quality of a face says: formulas against what they must give. */
import { describe, expect, it } from "vitest";
import { LANDMARK_TEMPLATE } from "../../lib/vision/models/alignment.ts";
import { faceQuality } from "../../lib/vision/models/face-quality.ts";
import type { Point } from "../../lib/vision/models/geometry.ts";
import { headPose } from "../../lib/vision/models/head-pose.ts";
import { sharpness } from "../../lib/vision/models/sharpness.ts";
import { cv } from "../support/opencv.ts";
import { Random } from "../support/random.ts";

/** The head of which `headPose` tells the turn: how far the landmarks lie before the eyes. */
const DEPTHS = [0, 0, 15, 1, 1];
const SIDE = 112;

/** The landmarks of the head after it was turned by these angles in degrees, seen from afar, larger and elsewhere. */
function turned(yaw: number, pitch: number, roll: number): Point[] {
  const [sinY, cosY, sinP, cosP, sinR, cosR] = [yaw, pitch, roll].flatMap((angle) => {
    const radians = (angle * Math.PI) / 180;
    return [Math.sin(radians), Math.cos(radians)];
  }) as [number, number, number, number, number, number];
  return LANDMARK_TEMPLATE.map(([x, y], index): Point => {
    const depth = DEPTHS[index] as number;
    const [aside, forward] = [x * cosY + depth * sinY, depth * cosY - x * sinY];
    const down = y * cosP - forward * sinP;
    return [300 + 2.5 * (aside * cosR - down * sinR), 80 + 2.5 * (aside * sinR + down * cosR)];
  });
}

describe("the pose", () => {
  it.each([
    [0, 0, 0],
    [25, 0, 0],
    [-40, 0, 0],
    [0, 20, 0],
    [0, -15, 0],
    [0, 0, 30],
    [0, 0, -100],
    [35, -20, 15],
    [-60, 30, -45],
  ])("is that by which the head was turned: yaw %d, pitch %d, roll %d degrees", (yaw, pitch, roll) => {
    const pose = headPose(turned(yaw, pitch, roll));
    expect(pose.yaw).toBeCloseTo(yaw, 6);
    expect(pose.pitch).toBeCloseTo(pitch, 6);
    expect(pose.roll).toBeCloseTo(roll, 6);
  });

  it("of a mirrored face has yaw and roll to the other side", () => {
    const [rightEye, leftEye, nose, right, left] = turned(20, 10, 12).map(([x, y]): Point => [640 - x, y]);
    const { yaw, pitch, roll } = headPose([leftEye, rightEye, nose, left, right] as Point[]);
    // The template is not quite symmetric.
    for (const [value, expected] of [
      [yaw, -20],
      [pitch, 10],
      [roll, -12],
    ] as const)
      expect(Math.abs(value - expected)).toBeLessThan(1);
  });
});

const random = new Random(11);
/** Edges and noise, blue-green-red; every grey value is the same in the three. */
const detailed = Buffer.alloc(3 * SIDE * SIDE);
for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
  const isLight = (Math.floor((pixel % SIDE) / 28) + Math.floor(pixel / SIDE / 28)) % 2 === 1;
  detailed.fill((isLight ? 150 : 70) + random.integer(0, 20), 3 * pixel, 3 * pixel + 3);
}

function changed(change: (value: number) => number): Uint8Array {
  return Uint8Array.from(detailed, change);
}

function blurred(sigma: number): Uint8Array {
  return new cv.Mat(detailed, SIDE, SIDE, cv.CV_8UC3).gaussianBlur(new cv.Size(0, 0), sigma).getData();
}

const of = (pixels: Uint8Array) => faceQuality(pixels, LANDMARK_TEMPLATE, [10, 20, 90, 120]);

describe("the sharpness", () => {
  it("falls the more a face is blurred", () => {
    const values = [0, 1, 2, 3, 4].map((sigma) => of(sigma ? blurred(sigma) : detailed).sharpness);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values[0]).toBeGreaterThan(0.6);
    expect(values.at(-1)).toBeLessThan(0.25);
  });

  it("falls if a face is blurred in one direction", () => {
    const mat = new cv.Mat(detailed, SIDE, SIDE, cv.CV_8UC3);
    for (const kernel of [new cv.Size(15, 1), new cv.Size(1, 15)])
      expect(of(mat.blur(kernel).getData()).sharpness).toBeLessThan(of(detailed).sharpness / 2);
  });

  it("depends neither on contrast nor on brightness", () => {
    const { sharpness: plain } = of(detailed);
    expect(of(changed((value) => value + 80)).sharpness).toBe(plain);
    const grey = (pixels: Uint8Array) =>
      Float32Array.from({ length: SIDE * SIDE }, (_, at) => pixels[3 * at] as number);
    const region = { x: 16, y: 24, width: 80, height: 80 };
    const whole = sharpness({ values: grey(detailed), width: SIDE }, region);
    const weak = sharpness({ values: grey(detailed).map((value) => value / 4), width: SIDE }, region);
    expect(weak).toBeCloseTo(whole, 6);
  });

  it("is 0 where there is nothing to see", () => {
    expect(of(changed(() => 128))).toMatchObject({ sharpness: 0, brightness: 128 });
  });
});

it("the size is the shorter side of the box, the brightness the mean luma of the inner face", () => {
  const blue = Uint8Array.from(detailed, (_, at) => (at % 3 === 0 ? 200 : 0));
  expect(of(blue)).toMatchObject({ size: 90, brightness: 22.8 });
});
