/**
 * HEIF: HEIC and AVIF. Gives the primary image's size after the file's transformations. Exif orientation is ignored, as
 * the standard requires: the boxes take precedence.
 * Sources: ISO/IEC 23008-12 (HEIF), sections 6.5 and 6.6; ISO/IEC 14496-12, section 8.11; AV1 Image File Format.
 */
import type { Size } from "../size.ts";
import { isGreyInLimitedRange } from "./av1.ts";
import { damaged, type ImageHeader, unsupported } from "./header.ts";
import { type Box, findBox, fullBox } from "./heif-boxes.ts";
import { brandsOf } from "./heif-brands.ts";
import { checkCoded, storedSize } from "./heif-coded.ts";
import { type HeifItems, readItems } from "./heif-items.ts";
import { mirroring } from "./heif-mirrors.ts";
import { checkOutline } from "./heif-outline.ts";

const AVIF_BRANDS = new Set(["avif", "avis"]);
const HEIF_BRANDS = new Set([
  "heic",
  "heix",
  "heim",
  "heis",
  "hevc",
  "hevx",
  "hevm",
  "hevs",
  "mif1",
  "mif2",
  "msf1",
  "miaf",
]);
const SEQUENCE_BRANDS = new Set(["hevc", "hevx", "hevm", "hevs", "msf1", "avis"]);

/** Formats by the type of their coded items. */
const ITEM_TYPES: Readonly<Record<string, "HEIC" | "AVIF">> = { hvc1: "HEIC", av01: "AVIF" };
const OTHER_ITEM_TYPES: Readonly<Record<string, string>> = {
  jpeg: "a HEIF image coded as JPEG",
  avc1: "a HEIF image coded as H.264",
  vvc1: "a HEIF image coded as H.266",
  evc1: "a HEIF image coded as EVC",
  j2k1: "a HEIF image coded as JPEG 2000",
  unci: "a HEIF image without compression",
  iovl: "a HEIF image overlaid from others",
  iden: "a HEIF image derived from another",
  tmap: "a HEIF image with a tone map",
};

export function isHeif(file: Buffer): boolean {
  return brandsOf(file).some((brand) => AVIF_BRANDS.has(brand) || HEIF_BRANDS.has(brand));
}

/** "AVIF" if the file has an AVIF brand, otherwise "HEIC". */
export function heifName(file: Buffer): "HEIC" | "AVIF" {
  return brandsOf(file).some((brand) => AVIF_BRANDS.has(brand)) ? "AVIF" : "HEIC";
}

/** @throws UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX; RangeError if the file is truncated. */
export function readHeif(file: Buffer): ImageHeader {
  const name = heifName(file);
  const meta = findBox(file, "meta");
  if (!meta) {
    const isSequence = brandsOf(file).some((brand) => SEQUENCE_BRANDS.has(brand));
    if (isSequence && findBox(file, "moov")) throw unsupported(`a sequence of ${name} images`);
    throw damaged(`The ${name} has no image in it.`);
  }
  checkOutline(file);
  const items = readItems(fullBox(meta).content, file);
  const type = items.typeOf(items.primary);
  const other = OTHER_ITEM_TYPES[type];
  if (other) throw unsupported(other);
  if (!ITEM_TYPES[type] && type !== "grid") throw damaged(`The ${name}'s primary image is of an unknown kind.`);
  const properties = items.propertiesOf(items.primary);
  const stored = storedSize(properties, name);
  const { width, height } = transformed(stored, properties, name);
  const extraBytes = checkCoded(items, file, name);
  const tile = type === "grid" ? items.inputsOf(items.primary)[0] : undefined;
  const coded = tile ?? items.primary;
  const isLimitedRange = isGrey(items.propertiesOf(coded)) && hasLimitedRange(properties, items, coded);
  return {
    format: "heif",
    name: ITEM_TYPES[type] ?? name,
    width,
    height,
    orientation: mirroring(properties),
    decoded: stored,
    isLimitedRange,
    extraBytes,
  };
}

/** Whether the coded data has no colours, by AV1's flag `monochrome` or HEVC's `chromaFormat` 0. */
function isGrey(properties: readonly Box[]): boolean {
  return properties.some(
    ({ type, content }) =>
      (type === "av1C" && (content.readUInt8(2) & 0x10) !== 0) ||
      (type === "hvcC" && (content.readUInt8(16) & 3) === 0),
  );
}

/**
 * Whether the values are in limited range, by the colour information (`colr` of type `nclx`) or otherwise by AV1's
 * coded data. HEVC's coded data is not read.
 */
function hasLimitedRange(properties: readonly Box[], items: HeifItems, coded: number): boolean {
  const colors = properties.find(
    ({ type, content }) => type === "colr" && content.toString("latin1", 0, 4) === "nclx",
  )?.content;
  if (colors) return (colors.readUInt8(10) & 0x80) === 0;
  const av1C = items.propertiesOf(coded).find(({ type }) => type === "av1C")?.content;
  return av1C !== undefined && isGreyInLimitedRange(av1C, items.dataOf(coded));
}

/** Crops, rotations and mirrorings apply in the item's order. */
function transformed(stored: Size, properties: readonly Box[], name: string): Size {
  let size = stored;
  for (const { type, content } of properties) {
    // Mirroring (`imir`) does not change the size.
    if (type === "irot" && (content.readUInt8(0) & 1) === 1) size = { width: size.height, height: size.width };
    if (type === "clap") size = cropped(size, content);
    if (size.width < 1 || size.height < 1) throw damaged(`The ${name} crops its image to nothing.`);
  }
  return size;
}

/**
 * Applies a clean aperture: its size and its centre's offset from the image's centre, as fractions, rounded as in
 * libheif.
 */
function cropped({ width, height }: Size, content: Buffer): Size {
  const fraction = (offset: number, isSigned: boolean) => {
    const numerator = isSigned ? content.readInt32BE(offset) : content.readUInt32BE(offset);
    const denominator = content.readUInt32BE(offset + 4);
    if (denominator === 0) throw damaged("The HEIF file's clean aperture has a fraction over 0.");
    return numerator / denominator;
  };
  return {
    width: croppedSide(width, fraction(0, false), fraction(16, true)),
    height: croppedSide(height, fraction(8, false), fraction(24, true)),
  };
}

function croppedSide(side: number, aperture: number, offset: number): number {
  const first = Math.floor(offset + (side - 1) / 2 - (aperture - 1) / 2);
  const last = Math.round(aperture - 1 + first);
  return Math.min(last, side - 1) - Math.max(first, 0) + 1;
}
