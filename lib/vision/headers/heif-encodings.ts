/**
 * Removes the marks of compressed metadata in a HEIF file. libheif 1.15 inflates such metadata when it opens the file,
 * to a thousand times its size, and never ends if it is cut off. We do not need it. Source: ISO/IEC 14496-12, section
 * 8.11.6 (infe).
 */
import { boxesIn, findBox, fullBox } from "./heif-boxes.ts";

const TYPE_BYTES = 4;
/** Bytes of an item's description that follow its number. */
const PROTECTION_BYTES = 2;

/**
 * @param file A file that `readHeif` accepts.
 * @returns a copy of the file in which no data is marked as compressed; undefined if none is.
 */
export function withoutEncodings(file: Buffer): Buffer | undefined {
  const encodings = encodingsOf(file);
  if (encodings.length === 0) return undefined;
  const copy = Buffer.from(file);
  // Each encoding is a text that ends with a zero byte, and becomes empty.
  for (const offset of encodings) copy[offset] = 0;
  return copy;
}

/** Offsets of the encodings of the file's items. */
function encodingsOf(file: Buffer): number[] {
  const meta = findBox(file, "meta") as Buffer;
  const { version, content } = fullBox(findBox(fullBox(meta).content, "iinf") as Buffer);
  return boxesIn(content.subarray(version === 0 ? 2 : 4))
    .filter(({ type }) => type === "infe")
    .flatMap((box) => {
      const info = fullBox(box.content);
      const encoding = info.version < 2 ? undefined : encodingIn(info.content, info.version === 2 ? 2 : 4);
      return encoding === undefined ? [] : [info.content.byteOffset - file.byteOffset + encoding];
    });
}

/** Offset of the encoding, which follows the item's name and its media type. Only items of type `mime` have one. */
function encodingIn(info: Buffer, idBytes: number): number | undefined {
  const type = idBytes + PROTECTION_BYTES;
  let offset = type + TYPE_BYTES;
  if (info.toString("latin1", type, offset) !== "mime") return undefined;
  for (const _text of ["name", "media type"]) {
    const end = info.indexOf(0, offset);
    if (end < 0) return undefined;
    offset = end + 1;
  }
  return info[offset] ? offset : undefined;
}
