/**
 * PNG. For an animated PNG, the default image is decoded, as in readers without animation support. Source: PNG (third
 * edition), sections 5.3, 11.2.1 and 11.3.3.7 (eXIf).
 */
import { crc32 } from "node:zlib";
import { exifOrientation } from "./exif.ts";
import { damaged, type ImageHeader, UPRIGHT, unsupported } from "./header.ts";
import { exifProfile, isExifProfile } from "./png-profile.ts";

const SIGNATURE_BYTES = 8;
const MAX_SIDE = 2 ** 31 - 1;

/** Valid bit depths per colour type. */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

interface Chunk {
  readonly data: Buffer;
  readonly isIntact: boolean;
}

/** @throws UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE; RangeError if the file is truncated. */
export function readPng(file: Buffer): ImageHeader {
  const type = file.toString("latin1", SIGNATURE_BYTES + 4, SIGNATURE_BYTES + 8);
  if (type === "CgBI") throw unsupported("a PNG in Apple's own form (CgBI)");
  const length = file.readUInt32BE(SIGNATURE_BYTES);
  if (type !== "IHDR" || length !== 13) throw damaged("The PNG does not begin with its header.");
  const { data } = chunkAt(file, SIGNATURE_BYTES, length);
  const width = data.readUInt32BE(0);
  const height = data.readUInt32BE(4);
  if (width === 0 || height === 0 || width > MAX_SIDE || height > MAX_SIDE)
    throw damaged(`The PNG's header gives a size of ${width} × ${height}.`);
  const [bitDepth, colorType, compression, filter, interlace] = data.subarray(8);
  if (!BIT_DEPTHS[colorType as number]?.includes(bitDepth as number))
    throw damaged(`The PNG's header gives colour type ${colorType} with ${bitDepth} bits.`);
  if (compression !== 0 || filter !== 0 || (interlace as number) > 1)
    throw damaged("The PNG's header gives a method of compression, filtering or interlacing that there is not.");
  return { format: "png", name: "PNG", width, height, orientation: orientationOf(file) ?? UPRIGHT };
}

/**
 * The orientation from the first eXIf chunk, which may precede or follow the image data, or otherwise from the first
 * Exif block in a text. Checks that all chunks are complete: libpng allocates memory for some by their given length, up
 * to 2 GiB, before it finds that the file is shorter.
 */
function orientationOf(file: Buffer): number | undefined {
  let exif: Chunk | undefined;
  let profile: { type: string; chunk: Chunk } | undefined;
  for (let offset = SIGNATURE_BYTES; ; ) {
    if (offset + 12 > file.length) throw cutOff();
    const length = file.readUInt32BE(offset);
    const end = offset + 12 + length;
    if (end > file.length) throw cutOff();
    const type = file.readUInt32BE(offset + 4);
    if (type === IEND) break;
    if (type === EXIF) exif ??= chunkAt(file, offset, length);
    if (!profile && TEXTS.has(type) && isExifProfile(file.subarray(offset + 8, end - 4)))
      profile = { type: file.toString("latin1", offset + 4, offset + 8), chunk: chunkAt(file, offset, length) };
    offset = end;
  }
  if (exif) return exif.isIntact ? exifOrientation(exif.data) : undefined;
  const block = profile?.chunk.isIntact ? exifProfile(profile.type, profile.chunk.data) : undefined;
  return block && exifOrientation(block);
}

const [EXIF, IEND, ...texts] = ["eXIf", "IEND", "tEXt", "zTXt", "iTXt"].map((type) => Buffer.from(type).readUInt32BE());
const TEXTS = new Set(texts);

/** @throws RangeError if the chunk exceeds the file. */
function chunkAt(file: Buffer, offset: number, length: number): Chunk {
  const checksum = file.readUInt32BE(offset + 8 + length);
  const isIntact = crc32(file.subarray(offset + 4, offset + 8 + length)) === checksum;
  return { data: file.subarray(offset + 8, offset + 8 + length), isIntact };
}

function cutOff() {
  return damaged("The PNG is cut off: a part of the file is missing.");
}
