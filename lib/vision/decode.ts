/** Decodes a file with a checked header into the pixels that a viewer would show. */
import { failure } from "../errors.ts";
import { toPlainBmp } from "./headers/bmp-pixels.ts";
import { type ImageHeader, UPRIGHT } from "./headers/header.ts";
import { withKnownBrand } from "./headers/heif-brands.ts";
import { withoutEncodings } from "./headers/heif-encodings.ts";
import { withoutMirrorings } from "./headers/heif-mirrors.ts";
import { withoutRefusedReferences } from "./headers/heif-references.ts";
import { displayedSize } from "./headers/image-header.ts";
import { withoutMisreadTags } from "./headers/tiff.ts";
import { firstFrame } from "./headers/webp.ts";
import { remade } from "./memory.ts";
import { decodingBytes } from "./memory-need.ts";
import type { Mat, OpenCv } from "./opencv.ts";

/**
 * `grey` is for the cascade and decoded straight to grey, because converting decoded colours gives different pixels and
 * so different boxes. `color` is OpenCV's blue-green-red.
 */
export type PixelForm = "grey" | "color";

/** The caller releases the Mat. @throws UNDECODABLE_IMAGE; WORKER_LOST if there is not enough memory. */
export function decodeImage(cv: OpenCv, file: Buffer, header: ImageHeader, form: PixelForm): Mat {
  const image = remade(decodeStored(cv, file, header, form), (stored) => turnUpright(stored, header.orientation));
  // The limits were checked against the header, so a decoder that reads another size must not be trusted.
  const { width, height } = displayedSize(header);
  if (image.cols === width && image.rows === height) return image;
  const detail = `The ${header.name} header says ${width} × ${height}, its data are ${image.cols} × ${image.rows}.`;
  image.release();
  throw failure("UNDECODABLE_IMAGE", detail);
}

function decodeStored(cv: OpenCv, file: Buffer, header: ImageHeader, form: PixelForm): Mat {
  const { format } = header;
  const { width, height } = header.decoded ?? header;
  const isGrey = form === "grey";
  try {
    switch (format) {
      case "heif": {
        const known = withKnownBrand(file) ?? file;
        const plain = withoutEncodings(known) ?? known;
        const accepted = withoutRefusedReferences(plain) ?? plain;
        const unmirrored = header.orientation === UPRIGHT ? accepted : withoutMirrorings(accepted);
        const image = cv.decodeImage(unmirrored, format, isGrey, width, height);
        return header.isLimitedRange ? remade(image, toFullRange) : image;
      }
      case "gif":
        return cv.decodeImage(file, format, isGrey, width, height);
      case "webp":
        return decodeWebp(cv, file, isGrey);
      case "bmp":
        return cv.decodeImage(toPlainBmp(file) ?? file, "opencv", isGrey, width, height);
      case "tiff":
        return cv.decodeImage(withoutMisreadTags(file) ?? file, "opencv", isGrey, width, height);
      default:
        return cv.decodeImage(file, "opencv", isGrey, width, height);
    }
  } catch (error) {
    if (isOutOfMemory(error) || !canAllocate(cv, decodingBytes(header, !isGrey)))
      throw failure("WORKER_LOST", "There was not enough memory to decode the image.");
    throw failure("UNDECODABLE_IMAGE", `The ${header.name} file is damaged or truncated${reasonOf(error)}.`);
  }
}

/** Expands the values from limited range, 16 to 235, to full range. */
function toFullRange(image: Mat): Mat {
  const scale = 255 / (235 - 16);
  return image.convertTo(image.type, scale, -16 * scale);
}

/** OpenCV accepts no shorter WebP file. */
const LEAST_WEBP_BYTES = 32;

/** OpenCV reads only still images. The canvas around an animation's first frame becomes black. */
function decodeWebp(cv: OpenCv, file: Buffer, isGrey: boolean): Mat {
  const frame = firstFrame(file);
  if (!frame) return decodeStill(cv, file, isGrey);
  const { x, y, width, height, canvasWidth, canvasHeight } = frame;
  const image = decodeStill(cv, frame.file, isGrey);
  if (width === canvasWidth && height === canvasHeight) return image;
  const [right, bottom] = [canvasWidth - x - width, canvasHeight - y - height];
  return remade(image, () => image.copyMakeBorder(y, bottom, x, right, cv.BORDER_CONSTANT));
}

function decodeStill(cv: OpenCv, file: Buffer, isGrey: boolean): Mat {
  // libwebp ignores bytes after the end.
  const padded = file.length < LEAST_WEBP_BYTES ? Buffer.concat([file], LEAST_WEBP_BYTES) : file;
  return cv.decodeImage(padded, "opencv", isGrey, 0, 0);
}

/** Whether the binding threw C++'s `bad_alloc`, or OpenCV's error of the status -4, `StsNoMem`. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /^(std::bad_alloc$|OpenCV Error: .*, status -4$)/.test(error.message);
}

const PROBE_ROW_BYTES = 4096;

/**
 * Whether there is memory for so many bytes, which are not touched. Most decoders report a lack of memory as they report
 * damage, and OpenCV passes on neither.
 */
function canAllocate(cv: OpenCv, bytes: number): boolean {
  try {
    new cv.Mat(Math.ceil(bytes / PROBE_ROW_BYTES), PROBE_ROW_BYTES, cv.CV_8UC1).release();
    return true;
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return false;
  }
}

/** The library's own message if it concerns the file. OpenCV's messages concern its source code. */
function reasonOf(error: unknown): string {
  const [reason = ""] = error instanceof Error ? error.message.split("\n", 1) : [];
  const isAboutFile = reason !== "" && !reason.startsWith("OpenCV Error") && !reason.startsWith("the file is damaged");
  return isAboutFile ? ` (${reason.replace(/\.$/, "")})` : "";
}

/** How to undo each Exif orientation: transpose or not, then the axis to flip about (0: x, 1: y, -1: both). */
const UPRIGHT_MOVES: Readonly<Record<number, { transpose: boolean; flip?: number }>> = {
  2: { transpose: false, flip: 1 },
  3: { transpose: false, flip: -1 },
  4: { transpose: false, flip: 0 },
  5: { transpose: true },
  6: { transpose: true, flip: 1 },
  7: { transpose: true, flip: -1 },
  8: { transpose: true, flip: 0 },
};

/** The same image if already upright, otherwise a new one. */
function turnUpright(image: Mat, orientation: number): Mat {
  const move = UPRIGHT_MOVES[orientation];
  if (!move) return image;
  const { transpose, flip } = move;
  if (!transpose) return flip === undefined ? image : image.flip(flip);
  return flip === undefined ? image.transpose() : remade(image.transpose(), (transposed) => transposed.flip(flip));
}
