/** Reads an image file's header without decoding it. Pure functions over the file's bytes. */
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: signatures are bytes, not text.
import { failure } from "../../errors.ts";
import { readBmp } from "./bmp.ts";
import { readGif } from "./gif.ts";
import { damaged, type ImageFormat, type ImageHeader, isPastEnd, unsupported } from "./header.ts";
import { heifName, isHeif, readHeif } from "./heif.ts";
import { readJpeg } from "./jpeg.ts";
import { readPng } from "./png.ts";
import { readTiff } from "./tiff.ts";
import { unsupportedFormatOf } from "./unsupported-formats.ts";
import { readWebp } from "./webp.ts";

export type { ImageFormat, ImageHeader } from "./header.ts";

interface Format {
  readonly format: ImageFormat;
  readonly name: string;
  readonly matches: (file: Buffer) => boolean;
  readonly read: (file: Buffer) => ImageHeader;
  /** The longest side that the decoder accepts, in pixels. */
  readonly maxSide: number;
}

/** OpenCV's own limit, which it enforces with an exception. */
const OPENCV_MAX_SIDE = 2 ** 20;

/** Length of the longest signature. */
const HEAD_BYTES = 12;

const starts = (signature: RegExp) => (file: Buffer) => signature.test(file.toString("latin1", 0, HEAD_BYTES));

const FORMATS: readonly Format[] = [
  { format: "jpeg", name: "JPEG", matches: starts(/^\xff\xd8\xff/), read: readJpeg, maxSide: 65_500 },
  { format: "png", name: "PNG", matches: starts(/^\x89PNG\r\n\x1a\n/), read: readPng, maxSide: 1_000_000 },
  { format: "webp", name: "WebP", matches: starts(/^RIFF[\s\S]{4}WEBP/), read: readWebp, maxSide: OPENCV_MAX_SIDE },
  { format: "bmp", name: "BMP", matches: starts(/^BM/), read: readBmp, maxSide: OPENCV_MAX_SIDE },
  { format: "tiff", name: "TIFF", matches: starts(/^(?:II[*+]\0|MM\0[*+])/), read: readTiff, maxSide: OPENCV_MAX_SIDE },
  { format: "gif", name: "GIF", matches: starts(/^GIF8[79]a/), read: readGif, maxSide: OPENCV_MAX_SIDE },
  { format: "heif", name: "HEIF", matches: isHeif, read: readHeif, maxSide: OPENCV_MAX_SIDE },
];

/** Detects the format by signature; file name and declared type are not trusted. */
export function formatOf(file: Buffer): ImageFormat | undefined {
  return findFormat(file)?.format;
}

/** @throws EMPTY_IMAGE, UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX. */
export function readHeader(file: Buffer): ImageHeader {
  if (file.length === 0) throw failure("EMPTY_IMAGE", "The file has no bytes.");
  const format = findFormat(file);
  if (!format) {
    const other = unsupportedFormatOf(file);
    if (other) throw unsupported(other);
    const detail = "The file is not a JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF image.";
    throw failure("UNSUPPORTED_MEDIA_TYPE", detail);
  }
  try {
    return format.read(file);
  } catch (error) {
    if (isPastEnd(error)) throw damaged(`The ${format.name} is cut off in its header.`);
    throw error;
  }
}

/**
 * Reads a file's header and checks its size before anything is decoded.
 * @throws as `readHeader` does, and TOO_MANY_PIXELS.
 */
export function checkHeader(file: Buffer, maxImagePixels: number): ImageHeader {
  const header = readHeader(file);
  const { width, height } = header.decoded ?? header;
  const pixels = width * height;
  if (pixels > maxImagePixels) {
    const detail = `The image has ${width} × ${height} = ${pixels} pixels; at most ${maxImagePixels} are allowed.`;
    throw failure("TOO_MANY_PIXELS", detail, { width, height, maxImagePixels });
  }
  const maxSide = findFormat(file)?.maxSide ?? 0;
  if (Math.max(width, height) > maxSide) {
    const detail = `The image is ${width} × ${height} pixels; a side of a ${header.name} has at most ${maxSide}.`;
    throw failure("TOO_MANY_PIXELS", detail, { width, height, maxSide });
  }
  return header;
}

/** Displayed width and height, with the orientation applied. */
export function displayedSize({ width, height, orientation }: Pick<ImageHeader, "width" | "height" | "orientation">): {
  width: number;
  height: number;
} {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** The media type by signature; undefined for an unsupported format. */
export function mediaTypeOf(file: Buffer): string | undefined {
  const format = formatOf(file);
  return format && `image/${format === "heif" ? heifName(file).toLowerCase() : format}`;
}

function findFormat(file: Buffer): Format | undefined {
  return FORMATS.find(({ matches }) => matches(file));
}
