/** Images with properties that no sample has: orientations, decompression bombs, damage. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { cascadePath, cv } from "./opencv.ts";

export const samplePath = (name: string) => join(import.meta.dirname, "../../test-data/samples", name);
export const sample = (name: string) => readFileSync(samplePath(name));

/** Faces that plain OpenCV finds in a file with default options. */
export function plainOpenCvFaces(file: Buffer): number[][] {
  const grey = cv.imdecode(file, cv.IMREAD_GRAYSCALE).equalizeHist();
  const { objects } = new cv.CascadeClassifier(cascadePath).detectMultiScale(grey, 1.1, 6, 0, new cv.Size(96, 96));
  return objects.map(({ x, y, width, height }) => [x, y, width, height]);
}

/** Faces of `astronaut.png` that plain OpenCV finds with default options. */
export const astronautFaces = [[170, 61, 108, 108]];

function pngChunk(type: string, data: Buffer): Buffer<ArrayBuffer> {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A valid black grey PNG of any size, compressed a thousandfold. */
export function blackPng(width: number, height: number): Buffer<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // The bits per sample. The colour type stays 0, grey.
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.alloc((width + 1) * height))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A TIFF block with nothing but the EXIF orientation. */
function exif(orientation: number): Buffer<ArrayBuffer> {
  const block = Buffer.alloc(26);
  block.write("MM\0*", 0, "latin1");
  block.writeUInt32BE(8, 4);
  block.writeUInt16BE(1, 8);
  block.writeUInt16BE(0x0112, 10);
  block.writeUInt16BE(3, 12);
  block.writeUInt32BE(1, 14);
  block.writeUInt16BE(orientation, 18);
  return block;
}

function withJpegOrientation(file: Buffer, orientation: number): Buffer<ArrayBuffer> {
  const content = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif(orientation)]);
  const marker = (length: number) => Buffer.from([0xff, 0xe1, 0, length + 2]);
  // Like phones, writes XMP before it, in the same kind of segment.
  const xmp = Buffer.from("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>", "latin1");
  const segments = [marker(xmp.length), xmp, marker(content.length), content];
  return Buffer.concat([file.subarray(0, 2), ...segments, file.subarray(2)]);
}

function withPngOrientation(file: Buffer, orientation: number): Buffer<ArrayBuffer> {
  const afterHeader = 8 + 25;
  return Buffer.concat([
    file.subarray(0, afterHeader),
    pngChunk("eXIf", exif(orientation)),
    file.subarray(afterHeader),
  ]);
}

function withWebpOrientation(file: Buffer, orientation: number, width: number, height: number): Buffer<ArrayBuffer> {
  const chunk = (name: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(name, "latin1");
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const features = Buffer.alloc(10);
  features[0] = 0x08; // The flag for EXIF metadata.
  features.writeUIntLE(width - 1, 4, 3);
  features.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from("WEBP"),
    chunk("VP8X", features),
    file.subarray(12),
    chunk("EXIF", exif(orientation)),
  ]);
  return Buffer.concat([chunk("RIFF", body).subarray(0, 8), body]);
}

/** Transforms an upright image into its stored form for each orientation, which is the inverse of EXIF's definition. */
function stored(upright: ReturnType<typeof cv.imdecode>, orientation: number) {
  const flips: Record<number, number | undefined> = { 2: 1, 3: -1, 4: 0, 6: 0, 7: -1, 8: 1 };
  const transposed = orientation >= 5 ? upright.transpose() : upright;
  // Transposing, then flipping about x, undoes flipping about y after transposing (and so on).
  const flip = flips[orientation];
  return flip === undefined ? transposed : transposed.flip(flip);
}

/** Appends a directory with the old entries and the tag to a little-endian TIFF. */
function withTiffOrientation(file: Buffer, orientation: number): Buffer<ArrayBuffer> {
  const start = file.readUInt32LE(4);
  const count = file.readUInt16LE(start);
  const old = Array.from({ length: count }, (_, index) =>
    file.subarray(start + 2 + index * 12, start + 14 + index * 12),
  );
  const entry = Buffer.alloc(12);
  entry.writeUInt16LE(0x0112, 0);
  entry.writeUInt16LE(3, 2);
  entry.writeUInt32LE(1, 4);
  entry.writeUInt16LE(orientation, 8);
  const entries = [...old.filter((one) => one.readUInt16LE(0) !== 0x0112), entry];
  entries.sort((one, other) => one.readUInt16LE(0) - other.readUInt16LE(0));
  const countField = Buffer.alloc(2);
  countField.writeUInt16LE(entries.length);
  const turned = Buffer.concat([file, Buffer.alloc(file.length % 2), countField, ...entries, Buffer.alloc(4)]);
  turned.writeUInt32LE(file.length + (file.length % 2), 4);
  return turned;
}

export type OrientedFormat = "jpeg" | "png" | "webp" | "tiff";

/** `astronaut.png`, stored rotated or mirrored, with the EXIF orientation that displays it upright. */
export function orientedAstronaut(format: OrientedFormat, orientation: number): Buffer<ArrayBuffer> {
  const image = stored(cv.imdecode(sample("astronaut.png"), cv.IMREAD_COLOR), orientation);
  if (format === "jpeg") return withJpegOrientation(cv.imencode(".jpg", image), orientation);
  if (format === "png") return withPngOrientation(cv.imencode(".png", image), orientation);
  if (format === "tiff") return withTiffOrientation(cv.imencode(".tif", image), orientation);
  const lossless = cv.imencode(".webp", image, [cv.IMWRITE_WEBP_QUALITY, 101]);
  return withWebpOrientation(lossless, orientation, image.cols, image.rows);
}
