/** How far a face is turned, estimated from its five landmarks. Pure. */
import type { HeadPose } from "../../contracts/face-quality.ts";
import { LANDMARK_TEMPLATE } from "./alignment.ts";
import type { Point } from "./geometry.ts";

type Vector = readonly [x: number, y: number, z: number];

/**
 * How far the landmarks lie before the eyes, in pixels of the aligned face, whose eyes are 35 pixels apart. Estimated:
 * with 63 mm between the eyes, the tip of the nose is 27 mm before them, and the corners of the mouth are 2 mm.
 */
const DEPTHS = [0, 0, 15, 1, 1];

/** A face that looks straight at the camera: x to the right, y down, z towards the camera; around its centre. */
const FRONTAL = centred(LANDMARK_TEMPLATE.map(([x, y], index): Vector => [x, y, DEPTHS[index] as number]));
const INVERSE = inverseOfSquares(FRONTAL);

/**
 * Estimates the pose by scaled orthographic projection: each coordinate in the image is a linear function of the three
 * coordinates in the head, which is found by least squares. Its coefficients are a row of the head's rotation, up to
 * the scale. The rotation is first about the vertical axis of the head (yaw), then about the horizontal axis (pitch),
 * then within the image (roll).
 *
 * Source: DeMenthon and Davis, Model-based object pose in 25 lines of code (1995), its first step.
 * @param landmarks See `FoundFace`.
 */
export function headPose(landmarks: readonly Point[]): HeadPose {
  const across = unit(coefficients(landmarks.map(([x]) => x)));
  const down = unit(coefficients(landmarks.map(([, y]) => y)));
  const [x, y, z] = cross(across, down);
  return {
    yaw: degrees(Math.atan2(-x, z)),
    pitch: degrees(Math.atan2(y, Math.hypot(x, z))),
    roll: degrees(Math.atan2(-across[1], down[1])),
  };
}

/** The coefficients with which the points of `FRONTAL` come nearest to the values: (AᵀA)⁻¹Aᵀ · values. */
function coefficients(values: readonly number[]): Vector {
  const sums = vector((axis) => total(FRONTAL.map((point, index) => point[axis] * (values[index] as number))));
  return vector((axis) => dot(INVERSE[axis], sums));
}

function centred(points: readonly Vector[]): Vector[] {
  const centre = vector((axis) => total(points.map((point) => point[axis])) / points.length);
  return points.map((point) => vector((axis) => point[axis] - centre[axis]));
}

/** (AᵀA)⁻¹ of the matrix whose rows are the points, by its adjugate. */
function inverseOfSquares(points: readonly Vector[]): readonly [Vector, Vector, Vector] {
  const [a, b, c] = ([0, 1, 2] as const).map((row) =>
    vector((axis) => total(points.map((point) => point[row] * point[axis]))),
  ) as [Vector, Vector, Vector];
  const determinant = dot(a, cross(b, c));
  const scaled = (row: Vector) => vector((axis) => row[axis] / determinant);
  return [scaled(cross(b, c)), scaled(cross(c, a)), scaled(cross(a, b))];
}

function vector(of: (axis: 0 | 1 | 2) => number): Vector {
  return [of(0), of(1), of(2)];
}

function cross([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

function dot([a, b, c]: Vector, [d, e, f]: Vector): number {
  return a * d + b * e + c * f;
}

function unit(of: Vector): Vector {
  const length = Math.hypot(...of);
  return vector((axis) => of[axis] / length);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
