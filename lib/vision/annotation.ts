import type { Box } from "../contracts/receipt.ts";
import type { Mat, OpenCv } from "./opencv.ts";

export type AnnotationFormat = "png" | "jpeg";

const ANTI_ALIASED = 16; // cv::LINE_AA

/** Draws boxes into a colour picture, in lines that are visible at any size and on any background. */
export function drawBoxes(cv: OpenCv, picture: Mat, boxes: readonly Box[]): void {
  const thickness = Math.max(2, Math.round(Math.min(picture.cols, picture.rows) / 150));
  const black = new cv.Vec3(0, 0, 0);
  const green = new cv.Vec3(80, 220, 0);
  for (const [pen, width] of [[black, thickness + 2] as const, [green, thickness] as const]) {
    for (const [x, y, w, h] of boxes) {
      picture.drawRectangle(new cv.Point2(x, y), new cv.Point2(x + w - 1, y + h - 1), pen, width, ANTI_ALIASED);
    }
  }
}

export function encode(cv: OpenCv, picture: Mat, format: AnnotationFormat): Buffer {
  return cv.imencode(format === "png" ? ".png" : ".jpg", picture);
}
