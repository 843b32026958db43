import { failure } from "../errors.ts";
import { withoutMasks } from "./headers/bmp-pixels.ts";
import { checkHeader, type ImageFormat } from "./headers/image-header.ts";
import { withoutOrientation } from "./headers/tiff.ts";
import type { Mat, OpenCv } from "./opencv.ts";

/**
 * Decodes a file to the picture a viewer would show, in grey.
 *
 * The file is decoded straight to grey inside OpenCV: converting a colour decode gives other pixels, and so other
 * boxes. The caller releases the Mat.
 * @throws EMPTY_IMAGE, UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, TOO_MANY_PIXELS.
 */
export function decodeGrey(cv: OpenCv, file: Buffer, maxImagePixels: number): Mat {
  return decode(cv, file, maxImagePixels, cv.IMREAD_GRAYSCALE);
}

/** As `decodeGrey`, in OpenCV's blue-green-red. */
export function decodeColor(cv: OpenCv, file: Buffer, maxImagePixels: number): Mat {
  return decode(cv, file, maxImagePixels, cv.IMREAD_COLOR);
}

/** A picture in the forms its models ask for, each decoded when it is first asked for. */
export class Picture {
  readonly #cv: OpenCv;
  readonly #file: Buffer;
  readonly #maxImagePixels: number;
  readonly #shared = new Map<string, Promise<unknown>>();
  #grey: Mat | undefined;
  #color: Mat | undefined;
  /** Time it took to decode what was asked for. */
  decodeMs = 0;

  constructor(cv: OpenCv, file: Buffer, maxImagePixels: number) {
    this.#cv = cv;
    this.#file = file;
    this.#maxImagePixels = maxImagePixels;
  }

  /** @throws as `decodeGrey` does. */
  get grey(): Mat {
    this.#grey ??= this.#timed(() => decodeGrey(this.#cv, this.#file, this.#maxImagePixels));
    return this.#grey;
  }

  /** @throws as `decodeColor` does. */
  get color(): Mat {
    this.#color ??= this.#timed(() => decodeColor(this.#cv, this.#file, this.#maxImagePixels));
    return this.#color;
  }

  get size(): { width: number; height: number } {
    const { cols: width, rows: height } = this.#grey ?? this.color;
    return { width, height };
  }

  /** What models share of their work on this picture: done for the first that asks. */
  once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = this.#shared.get(name) ?? work();
    this.#shared.set(name, started);
    return started as Promise<T>;
  }

  release(): void {
    this.#grey?.release();
    this.#color?.release();
  }

  #timed(decodePicture: () => Mat): Mat {
    const startedAt = performance.now();
    const picture = decodePicture();
    this.decodeMs += performance.now() - startedAt;
    return picture;
  }
}

function decode(cv: OpenCv, file: Buffer, maxImagePixels: number, pixelForm: number): Mat {
  const { format, name, orientation } = checkHeader(file, maxImagePixels);
  const picture = tryDecode(cv, decodableForm(format, file), pixelForm | cv.IMREAD_IGNORE_ORIENTATION);
  if (!picture || picture.empty) throw failure("UNDECODABLE_IMAGE", `The ${name} file is damaged or truncated.`);
  return turnUpright(picture, orientation);
}

/** The file without what OpenCV reads wrongly. */
function decodableForm(format: ImageFormat, file: Buffer): Buffer {
  if (format === "bmp") return withoutMasks(file) ?? file;
  if (format === "tiff") return withoutOrientation(file) ?? file;
  return file;
}

function tryDecode(cv: OpenCv, file: Buffer, pixelForm: number): Mat | undefined {
  try {
    return cv.imdecode(file, pixelForm);
  } catch {
    // OpenCV reports most damaged files as an empty Mat, some by throwing.
    return undefined;
  }
}

/** How each EXIF orientation is undone: the axis to flip about (0: x, 1: y, -1: both), after transposing or not. */
const UPRIGHT_MOVES: Readonly<Record<number, { transpose: boolean; flip?: number }>> = {
  2: { transpose: false, flip: 1 },
  3: { transpose: false, flip: -1 },
  4: { transpose: false, flip: 0 },
  5: { transpose: true },
  6: { transpose: true, flip: 1 },
  7: { transpose: true, flip: -1 },
  8: { transpose: true, flip: 0 },
};

function turnUpright(picture: Mat, orientation: number): Mat {
  const move = UPRIGHT_MOVES[orientation];
  if (!move) return picture;
  const transposed = move.transpose ? replace(picture, picture.transpose()) : picture;
  return move.flip === undefined ? transposed : replace(transposed, transposed.flip(move.flip));
}

function replace(old: Mat, fresh: Mat): Mat {
  old.release();
  return fresh;
}
