/** The only base64 decoder: for JSON bodies on every route, tensors, and calls typed by hand. */
import { type Failure, failure, imageTooLarge } from "../errors.ts";

/** Head of a data URL in any case, such as `data:image/png;charset=x;base64,` (RFC 2397). */
const DATA_URL = /^\s*data:[^,]*;\s*base64\s*,/i;
/** Longest head that is accepted. No media type is longer. */
const LONGEST_DATA_URL_HEAD = 1024;

/** Meaning of a character: its six bits plus the alphabet that has it, or one of the other three kinds. */
const [STANDARD, URL_SAFE, WHITE_SPACE, PADDING, OTHER] = [0x40, 0x80, 0xc0, 0xc1, 0xc2];
const meanings = new Uint8Array(256).fill(OTHER);
const setMeaning = (characters: string, meaningOf: (position: number) => number) => {
  for (const [position, character] of [...characters].entries())
    meanings[character.charCodeAt(0)] = meaningOf(position);
};
setMeaning("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", (bits) => bits);
setMeaning("+/", (position) => STANDARD | (62 + position));
setMeaning("-_", (position) => URL_SAFE | (62 + position));
setMeaning(" \t\n\f\r", () => WHITE_SPACE);
setMeaning("=", () => PADDING);

const PERCENT_SIGN = "%".charCodeAt(0);
const NOT_HEXADECIMAL = 0xff;
const hexadecimals = new Uint8Array(256).fill(NOT_HEXADECIMAL);
for (const digits of ["0123456789abcdef", "0123456789ABCDEF"])
  for (const [value, digit] of [...digits].entries()) hexadecimals[digit.charCodeAt(0)] = value;

/**
 * Decodes base64 text (RFC 4648, sections 4 and 5), plain or as a `data:` URL, which may be percent-encoded. White
 * space is allowed anywhere. Padding is optional, but must be complete if present. The two alphabets must not be mixed.
 * @param text A string or bytes. Bytes are decoded in place: they are overwritten, and the result is a part of them.
 * @param maxBytes Maximum size of the result.
 * @returns the bytes, or UNDECODABLE_IMAGE or IMAGE_TOO_LARGE.
 */
export function readBase64(text: string | Buffer, maxBytes = Number.POSITIVE_INFINITY): Buffer | Failure {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const head = DATA_URL.exec(bytes.toString("latin1", 0, LONGEST_DATA_URL_HEAD))?.[0].length;
  const length = head === undefined ? decode(bytes) : decode(bytes, head, percentDecode(bytes, head));
  if (length === undefined) return failure("UNDECODABLE_IMAGE", "The data is not base64.");
  return length > maxBytes ? imageTooLarge(maxBytes) : bytes.subarray(0, length);
}

/**
 * Decodes the percent-encoding after the head of a URL in place, without a string of its length. An incomplete `%`
 * stays as it is.
 * @returns where the decoded bytes end.
 */
function percentDecode(bytes: Buffer, start: number): number {
  const first = bytes.indexOf(PERCENT_SIGN, start);
  if (first === -1) return bytes.length;
  let end = first;
  for (let index = first; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    const high = hexadecimals[bytes[index + 1] ?? PERCENT_SIGN] as number;
    const low = hexadecimals[bytes[index + 2] ?? PERCENT_SIGN] as number;
    const isEncoded = byte === PERCENT_SIGN && high !== NOT_HEXADECIMAL && low !== NOT_HEXADECIMAL;
    bytes[end++] = isEncoded ? (high << 4) | low : byte;
    if (isEncoded) index += 2;
  }
  return end;
}

/**
 * Node's decoder skips invalid characters and would turn corrupt text into a corrupt image. It also needs the text as a
 * string, which for an image of 15 MB is 20 MB more to be collected.
 * @returns the number of decoded bytes, which are at the front; undefined if the text is not base64.
 */
function decode(bytes: Buffer, start = 0, end = bytes.length): number | undefined {
  let [digits, padding, seen, bits, length] = [0, 0, 0, 0, 0];
  for (let index = start; index < end; index++) {
    const meaning = meanings[bytes[index] as number] as number;
    if (meaning < WHITE_SPACE && padding === 0) {
      seen |= meaning;
      bits = (bits << 6) | (meaning & 0x3f);
      digits++;
      if (digits % 4 !== 0) continue;
      bytes[length++] = bits >> 16;
      bytes[length++] = bits >> 8;
      bytes[length++] = bits;
    } else if (meaning === PADDING) padding++;
    else if (meaning !== WHITE_SPACE) return undefined;
  }
  const rest = digits % 4;
  const isMixed = (seen & STANDARD) !== 0 && (seen & URL_SAFE) !== 0;
  const isWhole = padding === 0 || (padding <= 2 && (digits + padding) % 4 === 0);
  if (isMixed || !isWhole || rest === 1) return undefined;
  if (rest === 2) bytes[length++] = bits >> 4;
  if (rest === 3) {
    bytes[length++] = bits >> 10;
    bytes[length++] = bits >> 2;
  }
  return length;
}
