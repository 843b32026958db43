/**
 * Exif blocks in the texts of a PNG. ImageMagick, and programs built on it, wrote them in this form before PNG had a
 * chunk for them: as "Raw profile type exif", or "APP1" with JPEG's prefix, in hexadecimal digits. Sources: PNG (third
 * edition), section 11.3.3 (tEXt, zTXt, iTXt); ImageMagick's coders/png.c for the form of the text.
 */
import { inflateSync } from "node:zlib";

const KEYWORD = /^Raw profile type (?:exif|APP1)\0/i;
const LONGEST_KEYWORD_BYTES = 32;
/** Maximum length of a text. A block from a JPEG has at most 64 KiB, with two digits for each byte. */
const MAX_TEXT_BYTES = 2 ** 18;
/** The name of the profile and its number of bytes, each on a line of its own. */
const PROFILE = /^\n?\w+\n *\d+\n([\da-f\s]*)$/i;

/** Whether a chunk of text may contain an Exif block. */
export function isExifProfile(data: Buffer): boolean {
  return KEYWORD.test(data.toString("latin1", 0, LONGEST_KEYWORD_BYTES));
}

/**
 * @param type Type of the chunk: tEXt, zTXt or iTXt.
 * @returns the profile's bytes; undefined if it is damaged or larger than an Exif block can be.
 */
export function exifProfile(type: string, data: Buffer): Buffer | undefined {
  const digits = PROFILE.exec(profileText(type, data) ?? "")?.[1];
  return digits === undefined ? undefined : Buffer.from(digits.replace(/\s/g, ""), "hex");
}

function profileText(type: string, data: Buffer): string | undefined {
  const afterKeyword = data.indexOf(0) + 1;
  if (type === "tEXt") return plain(data.subarray(afterKeyword));
  if (type === "zTXt") return inflated(data.subarray(afterKeyword + 1));
  const isCompressed = data[afterKeyword] === 1;
  // The language and the translated keyword follow the flag and the method.
  const afterLanguage = data.indexOf(0, afterKeyword + 2) + 1;
  const text = data.subarray(data.indexOf(0, afterLanguage) + 1);
  return isCompressed ? inflated(text) : plain(text);
}

function plain(text: Buffer): string | undefined {
  return text.length > MAX_TEXT_BYTES ? undefined : text.toString("latin1");
}

function inflated(text: Buffer): string | undefined {
  try {
    return inflateSync(text, { maxOutputLength: MAX_TEXT_BYTES }).toString("latin1");
  } catch {
    return undefined;
  }
}
