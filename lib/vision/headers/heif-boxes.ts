/**
 * Boxes of a HEIF file: length, type and content.
 * Source: ISO/IEC 14496-12, section 4.2.
 */
import { failure } from "../../errors.ts";
import { damaged } from "./header.ts";

export interface Box {
  readonly type: string;
  readonly content: Buffer;
}

/** A box whose content starts with its version and flags. */
export interface FullBox {
  readonly version: number;
  readonly flags: number;
  readonly content: Buffer;
}

/** Maximum boxes, far more than any still image has in a file or a box. */
const MAX_BOXES = 10_000;

/** Type and position of a box's content. */
export interface Extent {
  readonly type: string;
  readonly start: number;
  /** End of the content. It may be beyond the buffer, or before the start if the box's length is invalid. */
  readonly end: number;
}

/** The consecutive boxes in a buffer, up to the first with an invalid length. @throws IMAGE_TOO_COMPLEX */
export function* extentsIn(buffer: Buffer): Generator<Extent> {
  let offset = 0;
  for (let boxes = 0; offset + 8 <= buffer.length; boxes++) {
    if (boxes >= MAX_BOXES)
      throw failure("IMAGE_TOO_COMPLEX", `The HEIF file has more than ${MAX_BOXES} boxes in one place.`);
    const { headerBytes, length } = extentOf(buffer, offset);
    const type = buffer.toString("latin1", offset + 4, offset + 8);
    yield { type, start: offset + headerBytes, end: offset + length };
    if (length < headerBytes) return;
    offset += length;
  }
}

/** The consecutive boxes in a buffer. @throws UNDECODABLE_IMAGE if a box exceeds the buffer, IMAGE_TOO_COMPLEX. */
export function boxesIn(buffer: Buffer): Box[] {
  return Array.from(extentsIn(buffer), (extent) => ({ type: extent.type, content: contentOf(buffer, extent) }));
}

/** The content of the first box of a type. Does not read the boxes after it. */
export function findBox(buffer: Buffer, type: string): Buffer | undefined {
  for (const extent of extentsIn(buffer)) {
    if (extent.end < extent.start) throw cutOff();
    if (extent.type === type) return contentOf(buffer, extent);
  }
  return undefined;
}

const TYPE_BYTES = 4;

/** Offset of a box's type in the file that it was read from. */
export function typeOffset(file: Buffer, { type, content }: Box): number {
  // A length of 64 bits may stand between the type and the content.
  return file.lastIndexOf(type, content.byteOffset - file.byteOffset - TYPE_BYTES, "latin1");
}

function contentOf(buffer: Buffer, { start, end }: Extent): Buffer {
  if (end < start || end > buffer.length) throw cutOff();
  return buffer.subarray(start, end);
}

export function fullBox(content: Buffer): FullBox {
  return { version: content.readUInt8(0), flags: content.readUIntBE(1, 3), content: content.subarray(4) };
}

/** A length of 0 means up to the end, and 1 means that a 64-bit length follows. */
function extentOf(buffer: Buffer, offset: number): { headerBytes: number; length: number } {
  const length = buffer.readUInt32BE(offset);
  if (length === 0) return { headerBytes: 8, length: buffer.length - offset };
  if (length !== 1) return { headerBytes: 8, length };
  const isWhole = offset + 16 <= buffer.length;
  return { headerBytes: 16, length: isWhole ? Number(buffer.readBigUInt64BE(offset + 8)) : 0 };
}

function cutOff() {
  return damaged("The HEIF file is cut off: one of its boxes is not whole.");
}
