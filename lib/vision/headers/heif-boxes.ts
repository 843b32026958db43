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

/** Far more than any still image has in a file or a box. */
const MAX_BOXES = 10_000;

/** The consecutive boxes in a buffer. @throws UNDECODABLE_IMAGE if a box exceeds the buffer, IMAGE_TOO_COMPLEX. */
export function boxesIn(buffer: Buffer): Box[] {
  const boxes: Box[] = [];
  let offset = 0;
  while (offset + 8 <= buffer.length) {
    if (boxes.length >= MAX_BOXES) throw tooMany();
    const { headerBytes, length } = extentOf(buffer, offset);
    if (length < headerBytes || offset + length > buffer.length) throw cutOff();
    const type = buffer.toString("latin1", offset + 4, offset + 8);
    boxes.push({ type, content: buffer.subarray(offset + headerBytes, offset + length) });
    offset += length;
  }
  return boxes;
}

/** The content of the first box of a type. Does not read the boxes after it. */
export function findBox(buffer: Buffer, type: string): Buffer | undefined {
  let offset = 0;
  for (let boxes = 0; offset + 8 <= buffer.length; boxes++) {
    if (boxes >= MAX_BOXES) throw tooMany();
    const { headerBytes, length } = extentOf(buffer, offset);
    if (length < headerBytes) throw cutOff();
    if (buffer.toString("latin1", offset + 4, offset + 8) === type) {
      if (offset + length > buffer.length) throw cutOff();
      return buffer.subarray(offset + headerBytes, offset + length);
    }
    offset += length;
  }
  return undefined;
}

export function fullBox(content: Buffer): FullBox {
  return { version: content.readUInt8(0), flags: content.readUIntBE(1, 3), content: content.subarray(4) };
}

/** Length 0 means up to the end, 1 that a 64-bit length follows. */
function extentOf(buffer: Buffer, offset: number): { headerBytes: number; length: number } {
  const length = buffer.readUInt32BE(offset);
  if (length === 0) return { headerBytes: 8, length: buffer.length - offset };
  if (length !== 1) return { headerBytes: 8, length };
  return { headerBytes: 16, length: Number(buffer.readBigUInt64BE(offset + 8)) };
}

function tooMany() {
  return failure("IMAGE_TOO_COMPLEX", `The HEIF file has more than ${MAX_BOXES} boxes in one place.`);
}

function cutOff() {
  return damaged("The HEIF file is cut off: one of its boxes is not whole.");
}
