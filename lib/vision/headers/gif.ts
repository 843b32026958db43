/**
 * GIF. The canvas is the logical screen. Like browsers, enlarge it if the first frame exceeds it, as in many old files
 * with a screen of 0 × 0.
 * Source: GIF89a specification, sections 18 to 20.
 */
import { damaged, type ImageHeader, UPRIGHT, unsupported } from "./header.ts";

const SCREEN_BYTES = 13;
const IMAGE_HEADER_BYTES = 10;
/** Maximum code size for the colours of a palette. A few encoders begin with longer codes, which giflib refuses. */
const MAX_CODE_BITS = 8;
const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;

/**
 * @throws UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE; RangeError if the file ends before the data of its first frame.
 */
export function readGif(file: Buffer): ImageHeader {
  const screen = { width: file.readUInt16LE(6), height: file.readUInt16LE(8) };
  let offset = SCREEN_BYTES + colorTableBytes(file.readUInt8(10));
  for (;;) {
    const block = file.readUInt8(offset);
    if (block === IMAGE) break;
    if (block === TRAILER) throw damaged("The GIF has no image in it.");
    if (block !== EXTENSION) throw damaged("The GIF is damaged before its first image.");
    offset = endOfSubBlocks(file, offset + 2);
  }
  const x = file.readUInt16LE(offset + 1);
  const y = file.readUInt16LE(offset + 3);
  const width = file.readUInt16LE(offset + 5);
  const height = file.readUInt16LE(offset + 7);
  if (width === 0 || height === 0) throw damaged("The GIF's first image has a width or height of 0.");
  const codeBits = file.readUInt8(offset + IMAGE_HEADER_BYTES + colorTableBytes(file.readUInt8(offset + 9)));
  if (codeBits > MAX_CODE_BITS)
    throw unsupported(`a GIF with codes of ${codeBits} bits for ${MAX_CODE_BITS}-bit colours`);
  return {
    format: "gif",
    name: "GIF",
    width: Math.max(screen.width, x + width),
    height: Math.max(screen.height, y + height),
    orientation: UPRIGHT,
  };
}

function colorTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Each sub-block starts with its length; a length of 0 terminates the list. */
function endOfSubBlocks(file: Buffer, from: number): number {
  let offset = from;
  for (;;) {
    const length = file.readUInt8(offset);
    offset += 1 + length;
    if (length === 0) return offset;
  }
}
