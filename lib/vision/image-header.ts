/** What can be known of an image file before decoding it: pure functions over the file's bytes. */
import { imageSize } from "image-size";
import { failure } from "../errors.ts";
import { webpOrientation } from "./exif.ts";

export type ImageFormat = "jpeg" | "png" | "webp" | "bmp" | "tiff";

const SIGNATURES: readonly (readonly [ImageFormat, (head: string) => boolean])[] = [
  ["jpeg", (head) => head.startsWith("\xff\xd8\xff")],
  ["png", (head) => head.startsWith("\x89PNG\r\n\x1a\n")],
  ["webp", (head) => head.startsWith("RIFF") && head.endsWith("WEBP")],
  ["bmp", (head) => head.startsWith("BM")],
  ["tiff", (head) => head.startsWith("II*\0") || head.startsWith("MM\0*")],
];

/** The format by the file's signature; its name and declared type are not to be trusted. */
export function formatOf(file: Buffer): ImageFormat | undefined {
  const head = file.toString("latin1", 0, 12);
  return SIGNATURES.find(([, matches]) => matches(head))?.[0];
}

/**
 * Whether a JPEG's entropy-coded data is followed by an end-of-image marker. OpenCV decodes a baseline JPEG that was
 * cut off without complaint and fills the rest with grey, so this is the only sign that a part is missing.
 * Thumbnails inside APPn segments have end markers of their own: only what follows the first scan counts.
 * Source: ITU-T T.81, annex B.
 */
export function isCompleteJpeg(file: Buffer): boolean {
  const START_OF_SCAN = 0xda;
  let offset = 2;
  while (offset + 4 <= file.length && file[offset] === 0xff) {
    const marker = file[offset + 1];
    if (marker === START_OF_SCAN) return file.lastIndexOf("\xff\xd9", undefined, "latin1") > offset;
    // 0xff may be repeated as padding before a marker.
    offset += marker === 0xff ? 1 : 2 + file.readUInt16BE(offset + 2);
  }
  return false;
}

/**
 * Checks a file's header, so that nothing is decoded that should not be.
 * @throws EMPTY_IMAGE, UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, TOO_MANY_PIXELS.
 */
export function checkHeader(file: Buffer, maxImagePixels: number): ImageFormat {
  if (file.length === 0) throw failure("EMPTY_IMAGE", "The file has no bytes.");
  const format = formatOf(file);
  if (!format) throw failure("UNSUPPORTED_MEDIA_TYPE", "The file is not a JPEG, PNG, WebP, BMP or TIFF image.");
  const { width, height } = dimensions(file);
  const pixels = width * Math.abs(height);
  if (pixels > maxImagePixels) {
    const detail = `The image has ${width} × ${height} = ${pixels} pixels; at most ${maxImagePixels} are allowed.`;
    throw failure("TOO_MANY_PIXELS", detail, { width, height, maxImagePixels });
  }
  if (format === "jpeg" && !isCompleteJpeg(file))
    throw failure("UNDECODABLE_IMAGE", "The JPEG has no end: a part of the file is missing.");
  return format;
}

/** Width and height of the picture as displayed, from its header; the orientation of JPEG and WebP files is applied. */
export function displayedSize(file: Buffer): { width: number; height: number } {
  const { width, height, orientation = webpOrientation(file) } = dimensions(file);
  const isTurned = orientation >= 5;
  return { width: isTurned ? Math.abs(height) : width, height: isTurned ? width : Math.abs(height) };
}

function dimensions(file: Buffer): { width: number; height: number; orientation?: number } {
  try {
    return imageSize(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw failure("UNDECODABLE_IMAGE", `The image's header cannot be read (${reason}).`);
  }
}
