/** What was found, drawn into a colour picture so that it can be read at any size and on any background. */
import type { Box } from "../contracts/receipt.ts";
import type { Face, ModelResult } from "../contracts/results.ts";
import type { Mat, OpenCv } from "./opencv.ts";

export type AnnotationFormat = "png" | "jpeg";

const ANTI_ALIASED = 16; // cv::LINE_AA
const FILLED = -1;
/** Height of a capital letter of the font at scale 1, in pixels. */
const CAPITAL_HEIGHT = 22;
const SMALLEST_TEXT = 9;

/** Draws boxes only, as for the default model. */
export function drawBoxes(cv: OpenCv, picture: Mat, boxes: readonly Box[]): void {
  const thickness = lineWidth(picture);
  const black = new cv.Vec3(0, 0, 0);
  const green = new cv.Vec3(80, 220, 0);
  for (const [pen, width] of [[black, thickness + 2] as const, [green, thickness] as const]) {
    for (const [x, y, w, h] of boxes) {
      picture.drawRectangle(new cv.Point2(x, y), new cv.Point2(x + w - 1, y + h - 1), pen, width, ANTI_ALIASED);
    }
  }
}

/** Draws boxes with their names and scores, landmarks, and the labels of the whole picture. */
export function drawResults(cv: OpenCv, picture: Mat, results: readonly ModelResult[]): void {
  const faces = results.flatMap((result) => ("faces" in result ? result.faces : []));
  const objects = results.flatMap((result) => ("objects" in result ? result.objects : []));
  const labels = results.flatMap((result) => ("labels" in result ? result.labels : []));
  drawBoxes(
    cv,
    picture,
    [...objects, ...faces].map(({ box }) => box),
  );
  for (const face of faces) drawLandmarks(cv, picture, face);
  const text = new TextPen(cv, picture);
  for (const { label, box, score } of objects) text.above(box, `${label} ${percent(score)}`);
  for (const { box, score } of faces) if (score !== undefined) text.above(box, percent(score));
  for (const { label, score } of labels) text.listed(`${percent(score)} ${label}`);
}

export function encode(cv: OpenCv, picture: Mat, format: AnnotationFormat): Buffer {
  return cv.imencode(format === "png" ? ".png" : ".jpg", picture);
}

function lineWidth({ cols, rows }: Mat): number {
  return Math.max(2, Math.round(Math.min(cols, rows) / 150));
}

/** As large as the face, not as the picture: a crowd's landmarks must not hide it. */
function drawLandmarks(cv: OpenCv, picture: Mat, { box, landmarks = [] }: Face): void {
  const radius = Math.max(1, Math.round(box[2] / 40));
  for (const [x, y] of landmarks) {
    const centre = new cv.Point2(Math.round(x), Math.round(y));
    picture.drawCircle(centre, radius + 1, new cv.Vec3(0, 0, 0), FILLED, ANTI_ALIASED);
    picture.drawCircle(centre, radius, new cv.Vec3(0, 220, 255), FILLED, ANTI_ALIASED);
  }
}

function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}

/** Writes on filled ground, within the picture. */
class TextPen {
  readonly #cv: OpenCv;
  readonly #picture: Mat;
  readonly #scale: number;
  readonly #thickness: number;
  readonly #margin: number;
  #nextLine = 0;

  constructor(cv: OpenCv, picture: Mat) {
    this.#cv = cv;
    this.#picture = picture;
    const height = Math.max(SMALLEST_TEXT, Math.min(picture.cols, picture.rows) / 40);
    this.#scale = height / CAPITAL_HEIGHT;
    this.#thickness = Math.max(1, Math.round(height / 9));
    this.#margin = Math.max(2, Math.round(height / 3));
  }

  /** On top of a box; within it where there is no room above. */
  above([x, y]: Box, text: string): void {
    const { height } = this.#measure(text);
    this.#write(text, x, y >= height ? y - height : y);
  }

  /** Under what was listed before, from the upper left of the picture. */
  listed(text: string): void {
    this.#write(text, 0, this.#nextLine);
    this.#nextLine += this.#measure(text).height;
  }

  #write(text: string, left: number, top: number): void {
    const cv = this.#cv;
    const { width, height, baseline } = this.#measure(text);
    const x = Math.max(0, Math.min(left, this.#picture.cols - width));
    const [from, to] = [new cv.Point2(x, top), new cv.Point2(x + width - 1, top + height - 1)];
    this.#picture.drawRectangle(from, to, new cv.Vec3(0, 0, 0), FILLED);
    const origin = new cv.Point2(x + this.#margin, top + baseline);
    const white = new cv.Vec3(255, 255, 255);
    const { FONT_HERSHEY_SIMPLEX: font } = cv;
    this.#picture.putText(text, origin, font, this.#scale, white, this.#thickness, ANTI_ALIASED);
  }

  /** The ground a text takes, and how far down in it the letters stand. */
  #measure(text: string): { width: number; height: number; baseline: number } {
    const { FONT_HERSHEY_SIMPLEX: font, getTextSize } = this.#cv;
    const { size, baseLine } = getTextSize(text, font, this.#scale, this.#thickness);
    const baseline = this.#margin + size.height;
    return { width: size.width + 2 * this.#margin, height: baseline + Math.max(this.#margin, baseLine), baseline };
  }
}
