/**
 * Reads the orientation from an Exif block. Damaged metadata is ignored and never fails an image. Source: CIPA DC-008
 * (Exif 2.32), tag 0x0112.
 */
import { isPastEnd } from "./header.ts";
import { TiffDirectory } from "./tiff-directory.ts";

const ORIENTATION_TAG = 0x0112;
const PREFIX = "Exif\0\0";

export function startsExif(block: Buffer): boolean {
  return block.toString("latin1", 0, PREFIX.length) === PREFIX;
}

/**
 * @param block The TIFF header and its data. Some writers put JPEG's prefix before it in other formats too.
 * @returns 1 to 8; undefined if the block has none.
 */
export function exifOrientation(block: Buffer): number | undefined {
  const tiff = startsExif(block) ? block.subarray(PREFIX.length) : block;
  const head = tiff.toString("latin1", 0, 4);
  if (head !== "II*\0" && head !== "MM\0*") return undefined;
  // Like other readers, accepts a directory whose later entries are missing or whose number of entries is wrong.
  const directory = ifThere(() => new TiffDirectory(tiff, { isCutOff: true }));
  return directory && orientationIn(directory);
}

/** The orientation in a directory. It is a SHORT, but some writers use another integer type. */
export function orientationIn(directory: TiffDirectory): number | undefined {
  const orientation = ifThere(() => directory.value(ORIENTATION_TAG));
  return orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : undefined;
}

function ifThere<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!isPastEnd(error)) throw error;
    return undefined;
  }
}
