/**
 * Mirrorings of a HEIF file's primary image. libheif 1.15 mirrors only images of 8 bits per channel, so all mirrorings
 * are removed from the file, and applied after decoding. Source: ISO/IEC 23008-12, section 6.5.12 (imir).
 */
import { UPRIGHT } from "./header.ts";
import { type Box, findBox, fullBox, typeOffset } from "./heif-boxes.ts";
import { readItems } from "./heif-items.ts";

/** Exif orientations of mirrored images: left and right swapped, top and bottom swapped, both. */
const [LEFT_RIGHT, UPSIDE_DOWN, BOTH] = [2, 4, 3];

/**
 * The mirroring that is left to do after decoding, as an Exif orientation that does not change the size. Mirroring
 * before a crop, which the standard does not recommend, is left to libheif.
 * @param properties Properties of the primary image, in their order.
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
    // A later quarter turn also turns the axis of the mirroring.
    if (type === "irot" && (content.readUInt8(0) & 1) === 1) [leftRight, upsideDown] = [upsideDown, leftRight];
  }
  if (leftRight && upsideDown) return BOTH;
  if (leftRight) return LEFT_RIGHT;
  return upsideDown ? UPSIDE_DOWN : UPRIGHT;
}

/**
 * A copy of the file in which the mirrorings that `mirroring` finds are replaced by rotations by 0 degrees.
 * @param file A file that `readHeif` accepts, with such mirrorings.
 */
export function withoutMirrorings(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const items = readItems(fullBox(findBox(copy, "meta") as Buffer).content, copy);
  // A property may be listed, and so applied, more than once. Each is replaced once.
  for (const property of new Set(items.propertiesOf(items.primary))) {
    if (property.type !== "imir") continue;
    copy.write("irot", typeOffset(copy, property), "latin1");
    property.content[0] = 0;
  }
  return copy;
}

function isCroppedAfterwards(properties: readonly Box[]): boolean {
  const types = properties.map(({ type }) => type);
  const mirrored = types.indexOf("imir");
  return mirrored >= 0 && types.lastIndexOf("clap") > mirrored;
}
