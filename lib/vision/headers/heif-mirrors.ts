/**
 * Mirrorings of a HEIF file's primary image. libheif 1.15 mirrors only images of 8 bits per channel, so all are taken
 * out of the file, and done after decoding.
 * Source: ISO/IEC 23008-12, section 6.5.12 (imir).
 */
import { UPRIGHT } from "./header.ts";
import { type Box, findBox, fullBox } from "./heif-boxes.ts";
import { readItems } from "./heif-items.ts";

const TYPE_BYTES = 4;
/** Exif orientations: left and right changed, top and bottom, both. */
const [LEFT_RIGHT, UPSIDE_DOWN, BOTH] = [2, 4, 3];

/**
 * What is left to do after decoding, as an Exif orientation that does not change the size. Mirroring before a crop,
 * which the standard does not recommend, is left to libheif.
 * @param properties Of the primary image, in their order.
 * @throws RangeError if one is truncated.
 */
export function mirroring(properties: readonly Box[]): number {
  if (isCroppedAfterwards(properties)) return UPRIGHT;
  let [leftRight, upsideDown] = [false, false];
  for (const { type, content } of properties) {
    if (type === "imir") {
      if ((content.readUInt8(0) & 1) === 1) leftRight = !leftRight;
      else upsideDown = !upsideDown;
    }
    // A quarter of a turn afterwards also turns what was mirrored.
    if (type === "irot" && (content.readUInt8(0) & 1) === 1) [leftRight, upsideDown] = [upsideDown, leftRight];
  }
  if (leftRight && upsideDown) return BOTH;
  if (leftRight) return LEFT_RIGHT;
  return upsideDown ? UPSIDE_DOWN : UPRIGHT;
}

/**
 * A copy of the file in which rotations by nothing stand for the mirrorings that `mirroring` tells.
 * @param file Accepted by `readHeif`, which found some.
 */
export function withoutMirrorings(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const items = readItems(fullBox(findBox(copy, "meta") as Buffer).content, copy);
  // A property may be listed, and so applied, more than once.
  for (const { type, content } of new Set(items.propertiesOf(items.primary))) {
    if (type !== "imir") continue;
    const start = content.byteOffset - copy.byteOffset;
    // Before its content stands a length of 64 bits, if the box has one.
    copy.write("irot", copy.lastIndexOf("imir", start - TYPE_BYTES, "latin1"), "latin1");
    content[0] = 0;
  }
  return copy;
}

function isCroppedAfterwards(properties: readonly Box[]): boolean {
  const types = properties.map(({ type }) => type);
  const mirrored = types.indexOf("imir");
  return mirrored >= 0 && types.lastIndexOf("clap") > mirrored;
}
