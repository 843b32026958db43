/** Small valid images of every format and kind, and building blocks for others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sample } from "./images.ts";
import { cv } from "./opencv.ts";

export const WIDTH = 44;
export const HEIGHT = 30;

export const formatSample = (name: string) => readFileSync(join(import.meta.dirname, "../../test-data/formats", name));

const color = cv.imdecode(sample("astronaut.png"), cv.IMREAD_COLOR).resize(HEIGHT, WIDTH);
const grey = color.cvtColor(cv.COLOR_BGR2GRAY);

/** An image of 44 × 30 pixels in a format that OpenCV writes. */
export function encoded(extension: ".jpg" | ".png" | ".webp" | ".bmp" | ".tif", isGrey = false): Buffer<ArrayBuffer> {
  return Buffer.from(cv.imencode(extension, isGrey ? grey : color));
}

/** Valid files by kind, each with its stored size. */
export const samples: Readonly<Record<string, { file: Buffer; width: number; height: number }>> = {
  jpeg: { file: encoded(".jpg"), width: WIDTH, height: HEIGHT },
  "grey jpeg": { file: encoded(".jpg", true), width: WIDTH, height: HEIGHT },
  "progressive jpeg": { file: formatSample("progressive.jpg"), width: 67, height: 45 },
  "arithmetic jpeg": { file: formatSample("arithmetic.jpg"), width: 67, height: 45 },
  "jpeg with restart markers": { file: formatSample("restart-markers.jpg"), width: 67, height: 45 },
  png: { file: encoded(".png"), width: WIDTH, height: HEIGHT },
  webp: { file: encoded(".webp"), width: WIDTH, height: HEIGHT },
  "lossy webp": { file: formatSample("lossy.webp"), width: 67, height: 45 },
  bmp: { file: encoded(".bmp"), width: WIDTH, height: HEIGHT },
  "grey bmp": { file: encoded(".bmp", true), width: WIDTH, height: HEIGHT },
  tiff: { file: encoded(".tif"), width: WIDTH, height: HEIGHT },
  "grey tiff": { file: encoded(".tif", true), width: WIDTH, height: HEIGHT },
  "animated webp": { file: formatSample("animated.webp"), width: 67, height: 45 },
  gif: { file: formatSample("image.gif"), width: 67, height: 45 },
  heic: { file: formatSample("image.heic"), width: 67, height: 45 },
  avif: { file: formatSample("image.avif"), width: 67, height: 45 },
};

/** An Exif block, which is a TIFF file, with an orientation as its only entry. */
export function exifBlock(
  orientation: number,
  { isLittleEndian = false, directoryAt = 8, isLong = false } = {},
): Buffer<ArrayBuffer> {
  const block = Buffer.alloc(directoryAt + 18);
  const uint16 = (value: number, at: number) =>
    isLittleEndian ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at);
  const uint32 = (value: number, at: number) =>
    isLittleEndian ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at);
  block.write(isLittleEndian ? "II*\0" : "MM\0*", "latin1");
  uint32(directoryAt, 4);
  uint16(1, directoryAt);
  uint16(0x0112, directoryAt + 2);
  uint16(isLong ? 4 : 3, directoryAt + 4);
  uint32(1, directoryAt + 6);
  if (isLong) uint32(orientation, directoryAt + 10);
  else uint16(orientation, directoryAt + 10);
  return block;
}

/** A segment of a JPEG. */
export function segment(marker: number, content: Buffer | string): Buffer<ArrayBuffer> {
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, bytes]);
}

/** A chunk of a WebP. */
export function webpChunk(name: string, content: Buffer): Buffer<ArrayBuffer> {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

export function riff(...chunks: Buffer[]): Buffer<ArrayBuffer> {
  return webpChunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...chunks]));
}

export interface TiffEntry {
  readonly tag: number;
  /** Type of the field: 1 is BYTE, 3 SHORT, 4 LONG, 6 SBYTE, 8 SSHORT, 9 SLONG, 16 LONG8. */
  readonly type: 1 | 3 | 4 | 6 | 8 | 9 | 16;
  readonly values: readonly number[];
  /** A wrong offset for values that do not fit into the entry. */
  readonly place?: number;
}

/** A little-endian TIFF with one directory. `pixels` begin at offset 8 (BigTIFF: 16). */
export function tiff(
  entries: readonly TiffEntry[],
  pixels: Buffer = Buffer.alloc(0),
  isBig = false,
): Buffer<ArrayBuffer> {
  const sizes = { 1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 16: 8 } as const;
  const uint = (value: number, bytes: number) => {
    const buffer = Buffer.alloc(bytes);
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value));
    else buffer.writeUIntLE(value, 0, bytes);
    return buffer;
  };
  const word = isBig ? 8 : 4;
  const start = isBig ? 16 : 8;
  const outside: Buffer[] = [];
  let outsideAt = start + pixels.length;
  const directory = entries.map(({ tag, type, values, place }) => {
    const data = Buffer.concat(values.map((value) => uint(value, sizes[type])));
    let field = Buffer.concat([data, Buffer.alloc(Math.max(0, word - data.length))]);
    if (data.length > word) {
      field = uint(place ?? outsideAt, word);
      outside.push(data);
      outsideAt += data.length;
    }
    return Buffer.concat([uint(tag, 2), uint(type, 2), uint(values.length, word), field]);
  });
  const head = isBig
    ? Buffer.concat([Buffer.from("II+\0\x08\0\0\0", "latin1"), uint(outsideAt, 8)])
    : Buffer.concat([Buffer.from("II*\0", "latin1"), uint(outsideAt, 4)]);
  return Buffer.concat([head, pixels, ...outside, uint(entries.length, isBig ? 8 : 2), ...directory, uint(0, word)]);
}

/** The code and message of the error that a call throws. */
export function failureOf(call: () => unknown): { type: string; message: string } | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const { type, message } = error as Error & { type?: string };
    // Foreign errors have no type; rethrow them, so that the test shows their origin.
    if (type === undefined) throw error;
    return { type, message };
  }
}
