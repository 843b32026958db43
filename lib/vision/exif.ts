/**
 * The EXIF orientation of a WebP file, 1 to 8. OpenCV applies the orientation of JPEG, PNG and TIFF files itself and
 * ignores that of WebP. Pure functions over the file's bytes; damaged metadata count as none.
 *
 * Sources: RFC 9649 (WebP container), CIPA DC-008 (EXIF, tag 0x0112).
 */
const UPRIGHT = 1;
const ORIENTATION_TAG = 0x0112;

export function webpOrientation(file: Buffer): number {
  const metadata = webpChunk(file, "EXIF");
  return metadata ? tiffOrientation(metadata) : UPRIGHT;
}

function webpChunk(file: Buffer, name: string): Buffer | undefined {
  let offset = 12;
  while (offset + 8 <= file.length) {
    const length = file.readUInt32LE(offset + 4);
    if (file.toString("latin1", offset, offset + 4) === name) return file.subarray(offset + 8, offset + 8 + length);
    offset += 8 + length + (length % 2);
  }
  return undefined;
}

function tiffOrientation(metadata: Buffer): number {
  // Some writers keep JPEG's prefix before the TIFF header.
  const tiff = metadata.toString("latin1", 0, 6) === "Exif\0\0" ? metadata.subarray(6) : metadata;
  const isLittleEndian = tiff.toString("latin1", 0, 2) === "II";
  const uint16 = (offset: number) => (isLittleEndian ? tiff.readUInt16LE(offset) : tiff.readUInt16BE(offset));
  const uint32 = (offset: number) => (isLittleEndian ? tiff.readUInt32LE(offset) : tiff.readUInt32BE(offset));
  try {
    const directory = uint32(4);
    for (let entry = 0; entry < uint16(directory); entry++) {
      const offset = directory + 2 + entry * 12;
      if (uint16(offset) !== ORIENTATION_TAG) continue;
      const orientation = uint16(offset + 8);
      return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return UPRIGHT;
}
