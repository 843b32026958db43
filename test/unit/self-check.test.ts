import { expect, it } from "vitest";
import { isSelfCheckPassed, selfCheckFile } from "../../lib/vision/self-check.ts";
import { plainOpenCvFaces } from "../support/images.ts";

it("the reference boxes are those of plain OpenCV, and others are refused", () => {
  const faces = plainOpenCvFaces(selfCheckFile()) as [number, number, number, number][];
  expect(isSelfCheckPassed({ faces })).toBe(true);
  expect(isSelfCheckPassed({ faces: [] })).toBe(false);
  expect(isSelfCheckPassed({ faces: faces.map(([x, y, w, h]) => [x + 1, y, w, h]) })).toBe(false);
});
