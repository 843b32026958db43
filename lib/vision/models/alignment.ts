/** Aligns faces as in the training of face encoders: to the template of ArcFace (Deng et al., 2019). */
import { scoped } from "../memory.ts";
import type { Mat, OpenCv } from "../opencv.ts";
import type { Point } from "./geometry.ts";

/** Side of an aligned face in pixels. */
export const ALIGNED_SIDE = 112;

/** Landmark positions of an aligned face, in the order of `FoundFace`. */
export const LANDMARK_TEMPLATE: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/** Upper two rows of an affine matrix. */
export type Affine = readonly [readonly [number, number, number], readonly [number, number, number]];

/**
 * The similarity (rotation, scale, translation) that maps `source` to `target` with the least squared error.
 *
 * Source: Umeyama, Least-squares estimation of transformation parameters between two point patterns (1991). In the
 * plane and without reflection it has the closed form of a complex linear regression: a + ib = Σ t̄·s̄* / Σ |s̄|².
 */
export function similarity(source: readonly Point[], target: readonly Point[] = LANDMARK_TEMPLATE): Affine {
  const [sx, sy] = centre(source);
  const [tx, ty] = centre(target);
  let [real, imaginary, spread] = [0, 0, 0];
  for (const [index, [x, y]] of source.entries()) {
    const [u, v] = target[index] as Point;
    const [dx, dy, du, dv] = [x - sx, y - sy, u - tx, v - ty];
    real += dx * du + dy * dv;
    imaginary += dx * dv - dy * du;
    spread += dx * dx + dy * dy;
  }
  const [a, b] = [real / spread, imaginary / spread];
  return [
    [a, -b, tx - a * sx + b * sy],
    [b, a, ty - b * sx - a * sy],
  ];
}

function centre(points: readonly Point[]): Point {
  const sum = points.reduce(([x, y], [dx, dy]): Point => [x + dx, y + dy], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Crops, rotates and scales a face so that its landmarks match the template. The caller releases the result. */
export function align(cv: OpenCv, color: Mat, landmarks: readonly Point[]): Mat {
  const toTemplate = similarity(landmarks);
  const [[a, b]] = toTemplate;
  const factor = Math.floor(1 / Math.hypot(a, b));
  if (factor < 2) return warp(cv, color, toTemplate);
  const { left, top, width, height } = around(toTemplate, color.cols, color.rows, 2 * factor);
  if (width < factor || height < factor) return warp(cv, color, toTemplate);
  // A warp samples four pixels per output pixel and would skip pixels of a larger face, so shrink it first.
  using region = scoped(color.getRegion(new cv.Rect(left, top, width, height)));
  using small = scoped(region.resize(Math.round(height / factor), Math.round(width / factor), 0, 0, cv.INTER_AREA));
  const [scaleX, scaleY] = [small.cols / width, small.rows / height];
  const moved = landmarks.map(([x, y]): Point => [(x - left + 0.5) * scaleX - 0.5, (y - top + 0.5) * scaleY - 0.5]);
  return warp(cv, small, similarity(moved));
}

function warp(cv: OpenCv, image: Mat, toTemplate: Affine): Mat {
  const rows = toTemplate.map((row) => [...row]);
  using matrix = scoped(new cv.Mat(rows, cv.CV_64F));
  return image.warpAffine(matrix, new cv.Size(ALIGNED_SIDE, ALIGNED_SIDE), cv.INTER_LINEAR);
}

/** Bounding box of the part of the image that becomes the aligned face, plus a margin in pixels. */
function around([[a, b, u], [, , v]]: Affine, columns: number, rows: number, margin: number) {
  const square = a * a + b * b;
  const corners = [0, ALIGNED_SIDE].flatMap((x) => [0, ALIGNED_SIDE].map((y): Point => [x - u, y - v]));
  // Inverse of a similarity: the inverse rotation divided by the squared scale.
  const xs = corners.map(([x, y]) => (a * x - b * y) / square);
  const ys = corners.map(([x, y]) => (a * y + b * x) / square);
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const [left, top] = [
    within(Math.floor(Math.min(...xs) - margin), columns),
    within(Math.floor(Math.min(...ys) - margin), rows),
  ];
  const width = within(Math.ceil(Math.max(...xs) + margin), columns) - left;
  const height = within(Math.ceil(Math.max(...ys) + margin), rows) - top;
  return { left, top, width, height };
}
