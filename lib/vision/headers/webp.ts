/**
 * WebP, read like libwebp, plus the first frame of animations, which libwebp's plain decoder refuses.
 * Sources: RFC 9649 (container, lossless bitstream), RFC 6386 section 9.1 (lossy bitstream).
 */
import { failure } from "../../errors.ts";
import type { Size } from "../size.ts";
import { exifOrientation } from "./exif.ts";
import { damaged, type ImageHeader, UPRIGHT } from "./header.ts";
import { losslessTableBytes } from "./vp8l.ts";
import { WebpWork } from "./webp-work.ts";

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
  /** Offset of the next chunk. */
  readonly end: number;
}

/** An image's chunks, in a still file's RIFF header or in an animation's frame. */
interface Bitstream extends Size {
  readonly alpha?: Chunk | undefined;
  readonly image: Chunk;
}

interface Content {
  readonly canvas: Size;
  readonly bitstream: Bitstream;
}

interface Frame extends Bitstream {
  readonly x: number;
  readonly y: number;
}

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FRAME_HEADER_BYTES = 16;
const LOSSLESS_HEADER_BYTES = 5;
const ALPHA_HEADER_BYTES = 1;
const LOSSLESS_ALPHA = 1;
/** Maximum chunks, far more than any animation has frames. */
const MAX_CHUNKS = 10_000;
const ANIMATION_FLAG = 0x02;
const EXIF_FLAG = 0x08;
const ALPHA_FLAG = 0x10;

/** @throws UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX; RangeError if the file is truncated. */
export function readWebp(file: Buffer): ImageHeader & { readonly extraBytes: number } {
  const body = riffBody(file);
  const work = new WebpWork();
  const { header, canvas, bitstream } = readContent(body, work);
  return {
    format: "webp",
    name: "WebP",
    width: canvas.width,
    height: canvas.height,
    orientation: (header && orientationOf(body, header)) ?? UPRIGHT,
    extraBytes: extraBytesOf(bitstream, work),
  };
}

/** The header data of a WebP inside of another file. */
export interface InnerWebp extends Size {
  /** See `ImageHeader.extraBytes`. Reads the coded data. @throws as `readWebp` does. */
  readonly extraBytes: () => number;
}

/** @param work The limit on the work for all WebPs in that file. @throws as `readWebp` does. */
export function readInnerWebp(file: Buffer, work: WebpWork): InnerWebp {
  const { canvas, bitstream } = readContent(riffBody(file), work);
  return { ...canvas, extraBytes: () => extraBytesOf(bitstream, work) };
}

/**
 * The first frame of an animated WebP as a still WebP file, with its position on the canvas in pixels. The canvas
 * outside the frame is transparent.
 * @returns undefined for a still file.
 * @throws UNDECODABLE_IMAGE; RangeError as `readWebp` does, which must be called first.
 */
export function firstFrame(
  file: Buffer,
): (Size & { file: Buffer; x: number; y: number; canvasWidth: number; canvasHeight: number }) | undefined {
  const body = riffBody(file);
  const first = chunkAt(body, 0);
  if (first.name !== "VP8X" || !isAnimated(first)) return undefined;
  const canvas = canvasOf(first);
  const { x, y, width, height, alpha, image } = frameOf(body, first, new WebpWork());
  return {
    file: still(width, height, image, alpha),
    x,
    y,
    width,
    height,
    canvasWidth: canvas.width,
    canvasHeight: canvas.height,
  };
}

/** The RIFF header's content: libwebp ignores bytes after it and refuses a file that is shorter. */
function riffBody(file: Buffer): Buffer {
  const end = CHUNK_HEADER_BYTES + file.readUInt32LE(4);
  if (end > file.length) throw cutOff();
  return file.subarray(RIFF_HEADER_BYTES, end);
}

function chunkAt(body: Buffer, offset: number): Chunk {
  const length = body.readUInt32LE(offset + 4);
  const start = offset + CHUNK_HEADER_BYTES;
  if (start + length > body.length) throw cutOff();
  const name = body.toString("latin1", offset, offset + 4);
  return { name, data: body.subarray(start, start + length), end: start + length + (length % 2) };
}

/** Reads the content, which begins with a header if the file is in the extended format. */
function readContent(body: Buffer, work: WebpWork): Content & { readonly header: Chunk | undefined } {
  const first = chunkAt(body, 0);
  const header = first.name === "VP8X" ? first : undefined;
  return { header, ...(header ? readExtended(body, header, work) : readSimple(first)) };
}

/** The simple format is one chunk; libwebp does not look for an image after any other first chunk. */
function readSimple(image: Chunk): Content {
  const size = sizeIn(image);
  if (!size) throw damaged("The WebP does not begin with an image.");
  return { canvas: size, bitstream: { ...size, image } };
}

function readExtended(body: Buffer, header: Chunk, work: WebpWork): Content {
  if (header.data.length !== 10) throw damaged("The WebP's extended header has a wrong length.");
  const canvas = canvasOf(header);
  // Both functions read the image inside, so that a file without one is refused before its canvas is allocated.
  if (isAnimated(header)) return { canvas, bitstream: frameOf(body, header, work) };
  const bitstream = bitstreamAt(body, header.end, work);
  checkStill(canvas, bitstream);
  return { canvas, bitstream };
}

/** Lossy images have tables of a fixed size, but their alpha channel can be lossless. */
function extraBytesOf({ width, height, image, alpha }: Bitstream, work: WebpWork): number {
  const size = { width, height };
  if (image.name === "VP8L") return losslessTableBytes(image.data.subarray(LOSSLESS_HEADER_BYTES), size, work);
  const isLossless = alpha?.data.length && ((alpha.data[0] as number) & 3) === LOSSLESS_ALPHA;
  return isLossless ? losslessTableBytes(alpha.data.subarray(ALPHA_HEADER_BYTES), size, work) : 0;
}

function checkStill(canvas: Size, image: Size): void {
  if (canvas.width !== image.width || canvas.height !== image.height)
    throw damaged(
      `The WebP's headers disagree on its size: ${canvas.width} × ${canvas.height}, ${image.width} × ${image.height}.`,
    );
}

function isAnimated(header: Chunk): boolean {
  return hasFlag(header, ANIMATION_FLAG);
}

function hasFlag(header: Chunk, flag: number): boolean {
  return (header.data.readUInt8(0) & flag) !== 0;
}

function canvasOf(header: Chunk): Size {
  return { width: header.data.readUIntLE(4, 3) + 1, height: header.data.readUIntLE(7, 3) + 1 };
}

/** The first frame of an animation. @throws UNDECODABLE_IMAGE if there is none or it exceeds the canvas. */
function frameOf(body: Buffer, header: Chunk, work: WebpWork): Frame {
  const canvas = canvasOf(header);
  let chunk = header;
  for (let chunks = 0; chunk.name !== "ANMF"; chunks++) {
    work.countChunk();
    if (chunks > MAX_CHUNKS) throw tooManyChunks();
    if (chunk.end + CHUNK_HEADER_BYTES > body.length) throw damaged("The animated WebP has no frame.");
    chunk = chunkAt(body, chunk.end);
  }
  const x = 2 * chunk.data.readUIntLE(0, 3);
  const y = 2 * chunk.data.readUIntLE(3, 3);
  const size = { width: chunk.data.readUIntLE(6, 3) + 1, height: chunk.data.readUIntLE(9, 3) + 1 };
  if (x + size.width > canvas.width || y + size.height > canvas.height)
    throw damaged("The first frame of the animated WebP does not lie inside its canvas.");
  const bitstream = bitstreamAt(chunk.data, FRAME_HEADER_BYTES, work);
  checkStill(size, bitstream);
  return { ...bitstream, x, y };
}

/** The first bitstream at or after an offset, with the last alpha chunk before it. */
function bitstreamAt(body: Buffer, from: number, work: WebpWork): Bitstream {
  let alpha: Chunk | undefined;
  let offset = from;
  for (let chunks = 0; ; chunks++) {
    work.countChunk();
    if (chunks > MAX_CHUNKS) throw tooManyChunks();
    if (offset + CHUNK_HEADER_BYTES > body.length) throw damaged("The WebP has no image in it.");
    const chunk = chunkAt(body, offset);
    const size = sizeIn(chunk);
    if (size) return { ...size, image: chunk, alpha: chunk.name === "VP8 " ? alpha : undefined };
    if (chunk.name === "ALPH") alpha = chunk;
    offset = chunk.end;
  }
}

/** The size of an image; undefined for other chunks. */
function sizeIn({ name, data }: Chunk): Size | undefined {
  if (name === "VP8 ") return lossySize(data);
  return name === "VP8L" ? losslessSize(data) : undefined;
}

function lossySize(data: Buffer): Size {
  const tag = data.readUIntLE(0, 3);
  const isKeyFrame = (tag & 1) === 0;
  const version = (tag >> 1) & 7;
  const isShown = ((tag >> 4) & 1) === 1;
  const firstPartitionBytes = tag >> 5;
  if (
    !isKeyFrame ||
    version > 3 ||
    !isShown ||
    firstPartitionBytes >= data.length ||
    data.readUIntBE(3, 3) !== 0x9d012a
  )
    throw damaged("The WebP's lossy bitstream has a wrong header.");
  // The upper two bits are a scale that decoders ignore.
  return notEmpty(data.readUInt16LE(6) & 0x3fff, data.readUInt16LE(8) & 0x3fff);
}

function losslessSize(data: Buffer): Size {
  const bits = data.readUInt32LE(1);
  const version = bits >>> 29;
  if (data.readUInt8(0) !== 0x2f || version !== 0) throw damaged("The WebP's lossless bitstream has a wrong header.");
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function notEmpty(width: number, height: number): Size {
  if (width === 0 || height === 0) throw damaged("The WebP's width or height is 0.");
  return { width, height };
}

/** libwebp, and so other readers, skip an Exif chunk that the header does not announce. */
function orientationOf(body: Buffer, header: Chunk): number | undefined {
  if (!hasFlag(header, EXIF_FLAG)) return undefined;
  let offset = 0;
  for (let chunks = 0; offset + CHUNK_HEADER_BYTES <= body.length && chunks <= MAX_CHUNKS; chunks++) {
    const length = body.readUInt32LE(offset + 4);
    const start = offset + CHUNK_HEADER_BYTES;
    if (body.toString("latin1", offset, offset + 4) === "EXIF")
      return exifOrientation(body.subarray(start, start + length));
    offset = start + length + (length % 2);
  }
  return undefined;
}

function still(width: number, height: number, image: Chunk, alpha: Chunk | undefined): Buffer {
  const chunks = [chunkOf(image.name, image.data)];
  if (alpha) {
    const header = Buffer.alloc(10);
    header[0] = ALPHA_FLAG;
    header.writeUIntLE(width - 1, 4, 3);
    header.writeUIntLE(height - 1, 7, 3);
    chunks.unshift(chunkOf("VP8X", header), chunkOf("ALPH", alpha.data));
  }
  return chunkOf("RIFF", Buffer.concat([Buffer.from("WEBP"), ...chunks]));
}

function chunkOf(name: string, data: Buffer): Buffer {
  const header = Buffer.alloc(CHUNK_HEADER_BYTES);
  header.write(name, "latin1");
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2)]);
}

function tooManyChunks() {
  return failure("IMAGE_TOO_COMPLEX", `The WebP has more than ${MAX_CHUNKS} chunks.`);
}

function cutOff() {
  return damaged("The WebP is cut off: a part of the file is missing.");
}
