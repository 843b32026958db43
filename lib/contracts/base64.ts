/** The only base64 decoder: for JSON bodies on every route, tensors, and calls typed by hand. */
import { type Failure, failure } from "../errors.ts";

/** `data:image/png;charset=x;base64,` of RFC 2397, in any case. */
const DATA_URL = /^\s*data:[^,]*;\s*base64\s*,/i;
/** No media type is longer. */
const LONGEST_DATA_URL_HEAD = 1024;

/** A multiple of four. */
const DIGITS_AT_ONCE = 2 ** 16;

/** Other characters have 0. */
const [WHITE_SPACE, PADDING, BOTH_ALPHABETS, STANDARD, URL_SAFE] = [1, 2, 4, 8, 16];
const kinds = new Uint8Array(256);
const setKind = (kind: number, characters: string) => {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
};
setKind(BOTH_ALPHABETS, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
setKind(STANDARD, "+/");
setKind(URL_SAFE, "-_");
setKind(PADDING, "=");
setKind(WHITE_SPACE, " \t\n\f\r");

/** The failure of an image file above the size limit. */
export function imageTooLarge(maxImageBytes: number): Failure {
  return failure("IMAGE_TOO_LARGE", `The file has more than ${maxImageBytes} bytes.`, { maxImageBytes });
}

/**
 * Decodes base64 text (RFC 4648, sections 4 and 5), plain or as a `data:` URL. White space is allowed anywhere. Padding
 * is optional, but must be complete if present. The two alphabets must not be mixed.
 * @param text Bytes are decoded in place: they are overwritten, and the result is a part of them.
 * @param maxBytes Checked before decoding.
 * @returns the bytes, or UNDECODABLE_IMAGE or IMAGE_TOO_LARGE.
 */
export function readBase64(text: string | Buffer, maxBytes = Number.POSITIVE_INFINITY): Buffer | Failure {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const start = DATA_URL.exec(bytes.toString("latin1", 0, LONGEST_DATA_URL_HEAD))?.[0].length ?? 0;
  const digits = gatherDigits(bytes, start);
  if (digits === undefined) return failure("UNDECODABLE_IMAGE", "The data is not base64.");
  const length = Math.floor((digits * 3) / 4);
  if (length > maxBytes) return imageTooLarge(maxBytes);
  let decoded = 0;
  for (let from = 0; from < digits; from += DIGITS_AT_ONCE)
    decoded += bytes.write(bytes.toString("latin1", from, Math.min(from + DIGITS_AT_ONCE, digits)), decoded, "base64");
  return bytes.subarray(0, length);
}

/**
 * Moves the digits to the front, without white space and padding, and validates the text: Node's decoder skips invalid
 * characters and would turn corrupt text into a corrupt image.
 * @returns the number of digits; undefined if the text is not base64.
 */
function gatherDigits(bytes: Buffer, start: number): number | undefined {
  let digits = 0;
  let padding = 0;
  let seen = 0;
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    const kind = kinds[byte] as number;
    if (kind >= BOTH_ALPHABETS && padding === 0) {
      bytes[digits++] = byte;
      seen |= kind;
    } else if (kind === PADDING) padding++;
    else if (kind !== WHITE_SPACE) return undefined;
  }
  const isMixed = (seen & STANDARD) !== 0 && (seen & URL_SAFE) !== 0;
  const isWhole = padding === 0 || (padding <= 2 && (digits + padding) % 4 === 0);
  return isMixed || !isWhole || digits % 4 === 1 ? undefined : digits;
}
