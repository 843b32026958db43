/** The only base64 decoder: for JSON bodies on every route, tensors, and calls typed by hand. */
import { type Failure, failure } from "../errors.ts";

/** `data:image/png;charset=x;base64,` of RFC 2397, in any case. */
const DATA_URL = /^\s*data:[^,]*;\s*base64\s*,/i;
/** No media type is longer. */
const LONGEST_DATA_URL_HEAD = 1024;

const [OTHER, WHITE_SPACE, PADDING, BOTH_ALPHABETS, STANDARD, URL_SAFE] = [0, 1, 2, 4, 8, 16];
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
 * @param maxBytes Checked before decoding.
 * @returns the bytes in a buffer of exactly their size, or UNDECODABLE_IMAGE or IMAGE_TOO_LARGE.
 */
export function readBase64(text: string, maxBytes = Number.POSITIVE_INFINITY): Buffer | Failure {
  const start = DATA_URL.exec(text.slice(0, LONGEST_DATA_URL_HEAD))?.[0].length ?? 0;
  const bytes = decodedLength(text, start);
  if (bytes === undefined) return failure("UNDECODABLE_IMAGE", "The data is not base64.");
  if (bytes > maxBytes) return imageTooLarge(maxBytes);
  const buffer = Buffer.allocUnsafe(bytes);
  // Node's decoder reads both alphabets and skips white space.
  buffer.write(start === 0 ? text : text.slice(start), "base64");
  return buffer;
}

/** Validates the text: `Buffer.from` skips invalid characters and would turn corrupt text into a corrupt image. */
function decodedLength(text: string, start: number): number | undefined {
  let digits = 0;
  let padding = 0;
  let seen = 0;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const kind = code < 256 ? (kinds[code] as number) : OTHER;
    if (kind >= BOTH_ALPHABETS && padding === 0) {
      digits++;
      seen |= kind;
    } else if (kind === PADDING) padding++;
    else if (kind !== WHITE_SPACE) return undefined;
  }
  const isMixed = (seen & STANDARD) !== 0 && (seen & URL_SAFE) !== 0;
  const isWhole = padding === 0 || (padding <= 2 && (digits + padding) % 4 === 0);
  return isMixed || !isWhole || digits % 4 === 1 ? undefined : Math.floor((digits * 3) / 4);
}
