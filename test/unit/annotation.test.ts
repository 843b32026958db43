import { expect, it } from "vitest";
import type { Box } from "../../lib/contracts/receipt.ts";
import { drawBoxes, drawResults } from "../../lib/vision/annotation.ts";
import type { CheckTime } from "../../lib/vision/check-time.ts";
import { cv } from "../support/opencv.ts";

const SIDE = 400;
const version = "1";
/** As many as fit beside each other, 20 pixels apart. */
const boxes = Array.from({ length: 9 }, (_, index): Box => [40 * index + 20, 100, 20, 20]);
const faces = boxes.map((box) => ({ box, score: 0.9, landmarks: [[box[0] + 10, 110]] as [number, number][] }));
const objects = boxes.map(([x, , w, h]) => ({ box: [x, 300, w, h] as Box, label: "cat", score: 0.8 }));

/** Draws until `checkTime` has been called so often. @returns how often it was called */
function callsOf(draw: (checkTime: CheckTime) => void, most = Number.POSITIVE_INFINITY): number {
  let calls = 0;
  const checkTime = () => {
    calls += 1;
    if (calls > most) throw new Error("The time is over.");
  };
  draw(checkTime);
  return calls;
}

it("asks for the time before it draws each thing", () => {
  const image = new cv.Mat(SIDE, SIDE, cv.CV_8UC3, [0, 0, 0]);
  // A wide black line and a coloured one for each box, a name, and the landmarks of a face.
  expect(callsOf((checkTime) => drawBoxes(cv, image, boxes, checkTime))).toBe(2 * boxes.length);
  const results = [
    { version, faces },
    { version, objects },
  ];
  const draw = (checkTime: CheckTime) => drawResults(cv, image, results, checkTime).release();
  expect(callsOf(draw)).toBe(4 * faces.length + 3 * objects.length);
  image.release();
});

it("stops drawing when the time is over", () => {
  const image = new cv.Mat(SIDE, SIDE, cv.CV_8UC3, [0, 0, 0]);
  const drawn = boxes.length + 4;
  expect(() => callsOf((checkTime) => drawBoxes(cv, image, boxes, checkTime), drawn)).toThrow("The time is over.");
  const pixels = image.getData();
  const isColoured = boxes.map(([x, y]) => (pixels[(y * SIDE + x) * 3 + 1] as number) > 0);
  expect(isColoured).toEqual(boxes.map((_, index) => index < 4));
  image.release();
});

it("draws no face without a box, as those of a remote encoder are", () => {
  const image = new cv.Mat(SIDE, SIDE, cv.CV_8UC3, [0, 0, 0]);
  const results = [{ version, faces: [{ encoding: [1, 0] }] }];
  expect(callsOf((checkTime) => drawResults(cv, image, results, checkTime).release())).toBe(0);
  image.release();
});
