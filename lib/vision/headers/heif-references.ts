/**
 * References between items of a HEIF file for which libheif 1.15 refuses the whole file: it expects metadata to belong to
 * images, and each thumbnail or auxiliary image to belong to one image. In photos of phones they also belong to a tone
 * map. Decoding needs none of them. Source: ISO/IEC 14496-12, section 8.11.12 (iref).
 */
import { findBox, fullBox, typeOffset } from "./heif-boxes.ts";
import { type HeifItems, type Reference, readItems } from "./heif-items.ts";

/** The type that these references get, which libheif does not look for. */
const UNUSED_TYPE = "free";
const IMAGE_TYPES = new Set(["hvc1", "av01", "grid"]);

/**
 * @param file A file that `readHeif` accepts.
 * @returns a copy of the file in which these references have a type that libheif ignores; undefined if there are none.
 */
export function withoutRefusedReferences(file: Buffer): Buffer | undefined {
  const items = readItems(fullBox(findBox(file, "meta") as Buffer).content, file);
  const refused = items.references.filter((reference) => isRefused(reference, items));
  if (refused.length === 0) return undefined;
  const copy = Buffer.from(file);
  for (const reference of refused) copy.write(UNUSED_TYPE, typeOffset(file, reference), "latin1");
  return copy;
}

function isRefused({ type, to }: Reference, items: HeifItems): boolean {
  const isOfImages = to.every((item) => IMAGE_TYPES.has(items.typeOf(item)));
  switch (type) {
    // Metadata, for example of a tone map.
    case "cdsc":
      return !isOfImages;
    // An auxiliary image or a thumbnail.
    case "auxl":
    case "thmb":
      return !isOfImages || to.length !== 1;
    default:
      return false;
  }
}
