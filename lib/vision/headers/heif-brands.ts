/**
 * Brands of a HEIF file. libheif 1.15 opens a file only if it knows one of its compatible brands. A sequence with a
 * primary image, for example, may have others only. Source: ISO/IEC 14496-12, section 4.3 (ftyp).
 */

const MAX_BRANDS = 64;
const FIRST_COMPATIBLE = 16;
const KNOWN_BRANDS = new Set(["heic", "heix", "mif1", "avif"]);

/** Major and compatible brands of the file type box; none if the file does not start with one. */
export function brandsOf(file: Buffer): string[] {
  if (file.length < FIRST_COMPATIBLE || file.toString("latin1", 4, 8) !== "ftyp") return [];
  const end = Math.min(file.readUInt32BE(0), file.length, FIRST_COMPATIBLE + MAX_BRANDS * 4);
  const brands = [file.toString("latin1", 8, 12)];
  for (let offset = FIRST_COMPATIBLE; offset + 4 <= end; offset += 4)
    brands.push(file.toString("latin1", offset, offset + 4));
  return brands;
}

/**
 * @returns a copy of the file with a compatible brand that libheif knows in place of another one; undefined if the file
 *   has one, or no compatible brands at all.
 */
export function withKnownBrand(file: Buffer): Buffer | undefined {
  const [, ...compatible] = brandsOf(file);
  if (compatible.length === 0 || compatible.some((brand) => KNOWN_BRANDS.has(brand))) return undefined;
  const copy = Buffer.from(file);
  copy.write("mif1", FIRST_COMPATIBLE, "latin1");
  return copy;
}
