/**
 * Start-up check of the exact cascade, with images that are drawn with integer arithmetic, so that they are identical
 * on every machine, and the rectangles that OpenCV finds in them. Never edit the rectangles by hand:
 * `scripts/exact-cascade-rectangles.ts` generates them with OpenCV, and a test compares them with OpenCV again.
 */
import type { Box } from "../contracts/receipt.ts";
import stored from "./exact-cascade-rectangles.json" with { type: "json" };
import type { ExactDetection, ExactDetector } from "./exact-detector.ts";

export interface CheckCase {
  readonly plane: Uint8Array;
  readonly detection: ExactDetection;
}

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly grey: number;
}

// A schematic face that the cascade detects, in 64ths of its side: head, brows, eyes, nose, mouth.
const FACE: readonly Ellipse[] = [
  { x: 32, y: 34, radiusX: 25, radiusY: 31, grey: 200 },
  { x: 20, y: 23, radiusX: 9, radiusY: 4, grey: 70 },
  { x: 44, y: 23, radiusX: 9, radiusY: 4, grey: 70 },
  { x: 20, y: 27, radiusX: 6, radiusY: 3, grey: 30 },
  { x: 44, y: 27, radiusX: 6, radiusY: 3, grey: 30 },
  { x: 32, y: 33, radiusX: 4, radiusY: 10, grey: 225 },
  { x: 32, y: 43, radiusX: 7, radiusY: 2, grey: 130 },
  { x: 32, y: 51, radiusX: 11, radiusY: 3, grey: 90 },
];

/** Draws a face with its top left corner at (left, top). */
function drawFace(plane: Uint8Array, stride: number, left: number, top: number, side: number): void {
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (const { x: cx, y: cy, radiusX, radiusY, grey } of FACE) {
        // (dx / rx)² + (dy / ry)² < 1 in integers
        const dx = (64 * x - cx * side) * radiusY;
        const dy = (64 * y - cy * side) * radiusX;
        if (dx * dx + dy * dy < (side * radiusX * radiusY) ** 2) plane[(top + y) * stride + left + x] = grey;
      }
}

/** A grey gradient with noise from the linear congruential generator of Numerical Recipes. */
function drawBackground(plane: Uint8Array, stride: number): void {
  let state = 1;
  for (let i = 0; i < plane.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    plane[i] = 40 + (((i % stride) + Math.floor(i / stride)) % 97) + (state >>> 28);
  }
}

function drawCase(faces: readonly (readonly [left: number, top: number, side: number])[], detection: ExactDetection) {
  const { height, width, stride = width } = detection;
  const plane = new Uint8Array(stride * height);
  drawBackground(plane, stride);
  for (const [left, top, side] of faces) drawFace(plane, stride, left, top, side);
  return { plane, detection };
}

/**
 * Together these images cover both steps, full and partial blocks, odd sizes, a stride, adjacent tiles and grouping.
 */
export function drawCheckCases(): CheckCase[] {
  return [
    drawCase([[13, 9, 64]], { width: 97, height: 91, scaleFactor: 1.1, minNeighbors: 0 }),
    drawCase(
      [
        [5, 4, 90],
        [101, 30, 55],
      ],
      { width: 163, height: 111, stride: 176, scaleFactor: 1.05, minNeighbors: 3 },
    ),
    drawCase([[20, 8, 120]], {
      width: 150,
      height: 140,
      scaleFactor: 1.1,
      minNeighbors: 6,
      minSize: { width: 96, height: 96 },
    }),
    drawCase([[1030, 3, 36]], {
      width: 1200,
      height: 43,
      scaleFactor: 1.2,
      minNeighbors: 0,
      maxSize: { width: 40, height: 40 },
    }),
  ];
}

/** Describes the first difference between the detector's results and OpenCV's; undefined if there is none. */
export function findDifference(detector: ExactDetector, cascadeSha256: string): string | undefined {
  if (cascadeSha256 !== stored.cascadeSha256) return "no rectangles are stored for this cascade";
  const cases = drawCheckCases();
  for (const [index, { plane, detection }] of cases.entries()) {
    const found = detector.detect(plane, detection);
    if (!areEqual(found, stored.rectangles[index] ?? [])) return `other rectangles than OpenCV's in image ${index}`;
  }
  return undefined;
}

function areEqual(boxes: readonly Box[], others: readonly (readonly number[])[]): boolean {
  return boxes.length === others.length && boxes.every((box, i) => box.every((number, j) => number === others[i]?.[j]));
}
