/** Draws results so that they are legible at any size and on any background. */
import type { Box } from "../contracts/receipt.ts";
import type { Face, LabelScore, ModelResult } from "../contracts/results.ts";
import type { CheckTime } from "./check-time.ts";
import { remade } from "./memory.ts";
import type { Mat, OpenCv } from "./opencv.ts";
import { placeAt } from "./text-placement.ts";

export type AnnotationFormat = "png" | "jpeg";

const ANTI_ALIASED = 16; // cv::LINE_AA
const FILLED = -1;
type Colour = readonly [blue: number, green: number, red: number];
const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];
const GREEN: Colour = [80, 220, 0];
const ORANGE: Colour = [40, 150, 255];
const YELLOW: Colour = [0, 220, 255];

/** Smaller images are enlarged to make room for text. */
const SMALLEST_SIDE = 360;
/** Maximum enlarged side, also for narrow images. */
const LARGEST_SIDE = 2000;
/** libjpeg's JPEG_MAX_DIMENSION; the format itself allows 35 more. */
export const JPEG_LARGEST_SIDE = 65_500;
/** libpng's PNG_USER_WIDTH_MAX and PNG_USER_HEIGHT_MAX. Images of other formats may be larger. */
export const PNG_LARGEST_SIDE = 1_000_000;
const MOST_LINES = 10;
const SMALLEST_LETTER = 9;
/** Cap height of the font at scale 1, in pixels. */
const LETTER_HEIGHT = 22;

/**
 * Draws only boxes, as for the default model.
 * @param checkTime Called before each item is drawn: there may be 200,000, each of which takes a tenth of a millisecond
 *   in a large image.
 * @throws what `checkTime` throws.
 */
export function drawBoxes(
  cv: OpenCv,
  image: Mat,
  boxes: readonly Box[],
  checkTime: CheckTime,
  colour: Colour = GREEN,
): void {
  const thickness = Math.max(2, Math.round(Math.min(image.cols, image.rows) / 150));
  for (const [pen, width] of [[BLACK, thickness + 2] as const, [colour, thickness] as const]) {
    for (const [x, y, w, h] of boxes) {
      checkTime();
      const corners = [new cv.Point2(x, y), new cv.Point2(x + w - 1, y + h - 1)] as const;
      image.drawRectangle(...corners, new cv.Vec3(...pen), width, ANTI_ALIASED);
    }
  }
}

/**
 * The image, enlarged if small, with boxes, names and landmarks. Labels of the whole image go on a strip below it,
 * where they hide nothing. The caller releases the result.
 * @throws what `checkTime` throws.
 */
export function drawResults(cv: OpenCv, image: Mat, results: readonly ModelResult[], checkTime: CheckTime): Mat {
  const factor = enlargement(image.cols, image.rows);
  return remade(enlarged(cv, image, factor), (canvas) => drawOn(cv, canvas, factor, { results, checkTime }));
}

interface Drawing {
  readonly results: readonly ModelResult[];
  readonly checkTime: CheckTime;
}

/** @returns the canvas, or a larger one that replaces it. */
function drawOn(cv: OpenCv, canvas: Mat, factor: number, { results, checkTime }: Drawing): Mat {
  const scaled = (box: Box) => box.map((value) => value * factor) as Box;
  const faces = results
    .flatMap((result) => ("faces" in result ? result.faces : []))
    .flatMap((face) => (face.box ? [{ ...face, box: scaled(face.box) }] : []));
  const objects = results
    .flatMap((result) => ("objects" in result ? result.objects : []))
    .map((object) => ({ ...object, box: scaled(object.box) }));
  const labels = results.flatMap((result) => ("labels" in result ? result.labels : []));

  const faceBoxes = faces.map(({ box }) => box);
  drawBoxes(
    cv,
    canvas,
    objects.map(({ box }) => box),
    checkTime,
    ORANGE,
  );
  drawBoxes(cv, canvas, faceBoxes, checkTime);
  for (const face of faces) {
    checkTime();
    drawLandmarks(cv, canvas, face, factor);
  }
  const pen = new Pen(cv, canvas, faceBoxes, checkTime);
  for (const { box, score } of faces) if (score !== undefined) pen.name(box, percent(score), GREEN);
  for (const { box, label, score } of objects) pen.name(box, `${label} ${percent(score)}`, ORANGE);
  return labels.length > 0 ? pen.withStrip(labels.slice(0, MOST_LINES).map(inOneLine)) : canvas;
}

/**
 * Encodes the image. Gives a PNG if a JPEG cannot have the image's dimensions; undefined if a PNG cannot have them
 * either.
 */
export function encode(cv: OpenCv, image: Mat, format: AnnotationFormat): Buffer | undefined {
  const side = Math.max(image.cols, image.rows);
  if (side > PNG_LARGEST_SIDE) return undefined;
  const isJpeg = format === "jpeg" && side <= JPEG_LARGEST_SIDE;
  return cv.imencode(isJpeg ? ".jpg" : ".png", image);
}

function enlargement(width: number, height: number): number {
  const wanted = Math.ceil(SMALLEST_SIDE / Math.min(width, height));
  return Math.max(1, Math.min(wanted, Math.floor(LARGEST_SIDE / Math.max(width, height))));
}

/** Always a copy, as the original is still needed. */
function enlarged(cv: OpenCv, image: Mat, factor: number): Mat {
  if (factor === 1) return image.copy();
  return image.resize(image.rows * factor, image.cols * factor, 0, 0, cv.INTER_CUBIC);
}

/** Scaled to the face rather than the image, so that a crowd's landmarks do not hide it. */
function drawLandmarks(cv: OpenCv, canvas: Mat, { box, landmarks = [] }: Face & { box: Box }, factor: number): void {
  const radius = Math.max(1, Math.round(box[2] / 40));
  for (const [x, y] of landmarks) {
    const centre = new cv.Point2(Math.round(x * factor), Math.round(y * factor));
    canvas.drawCircle(centre, radius + 1, new cv.Vec3(...BLACK), FILLED, ANTI_ALIASED);
    canvas.drawCircle(centre, radius, new cv.Vec3(...YELLOW), FILLED, ANTI_ALIASED);
  }
}

/** Uses only the first of a class's names. */
function inOneLine({ label, score }: LabelScore): string {
  return `${percent(score)} ${label.split(",", 1)[0]}`;
}

function percent(score: number): string {
  return `${(score * 100).toFixed(score < 0.1 ? 1 : 0)}%`;
}

/** Writes text on a filled background and tracks the occupied areas to avoid overlaps. */
class Pen {
  readonly #cv: OpenCv;
  readonly #canvas: Mat;
  readonly #taken: Box[];
  readonly #checkTime: CheckTime;
  readonly #letter: number;
  readonly #margin: number;

  constructor(cv: OpenCv, canvas: Mat, taken: readonly Box[], checkTime: CheckTime) {
    this.#cv = cv;
    this.#canvas = canvas;
    this.#taken = [...taken];
    this.#checkTime = checkTime;
    this.#letter = Math.max(SMALLEST_LETTER, Math.min(canvas.cols, canvas.rows) / 50);
    this.#margin = Math.max(2, Math.round(this.#letter / 3));
  }

  /** Writes text next to a box, on a background of its colour. Omitted if there is no room. */
  name(box: Box, text: string, ground: Colour): void {
    this.#checkTime();
    const { cols: width, rows: height } = this.#canvas;
    const place = placeAt(box, this.#extent(text), { width, height }, this.#taken);
    if (!place) return;
    this.#taken.push(place);
    this.#write(this.#canvas, text, place, BLACK, ground);
  }

  /** The canvas with a strip of text lines below it. */
  withStrip(lines: readonly string[]): Mat {
    const { width: _width, height } = this.#extent("");
    const canvas = this.#canvas;
    return remade(canvas.copyMakeBorder(0, height * lines.length, 0, 0, this.#cv.BORDER_CONSTANT), (both) => {
      for (const [index, line] of lines.entries())
        this.#write(both, line, [0, canvas.rows + index * height, canvas.cols, height], WHITE, BLACK);
      return both;
    });
  }

  get #thickness(): number {
    return Math.max(1, Math.round(this.#letter / 9));
  }

  /** Size of a text's background. */
  #extent(text: string): { width: number; height: number } {
    const { FONT_HERSHEY_SIMPLEX: font } = this.#cv;
    const { size } = this.#cv.getTextSize(text, font, this.#letter / LETTER_HEIGHT, this.#thickness);
    return { width: size.width + 2 * this.#margin, height: Math.round(this.#letter) + 3 * this.#margin };
  }

  #write(target: Mat, text: string, [x, y, w, h]: Box, letters: Colour, ground: Colour): void {
    const cv = this.#cv;
    target.drawRectangle(new cv.Point2(x, y), new cv.Point2(x + w - 1, y + h - 1), new cv.Vec3(...ground), FILLED);
    // Leave room for descenders below the baseline.
    const origin = new cv.Point2(x + this.#margin, y + h - 2 * this.#margin);
    const { FONT_HERSHEY_SIMPLEX: font } = cv;
    target.putText(
      text,
      origin,
      font,
      this.#letter / LETTER_HEIGHT,
      new cv.Vec3(...letters),
      this.#thickness,
      ANTI_ALIASED,
    );
  }
}
