/** WebP as the compression of a TIFF: each strip or tile is a WebP file. */
import { damaged } from "./header.ts";
import { readInnerWebp } from "./webp.ts";
import type { WebpWork } from "./webp-work.ts";

/** Files of fewer bytes have too few groups of prefix codes to matter: each takes 20 bits at least. */
const SMALL_FILE_BYTES = 2500;
/** So have pieces of 128 × 128 pixels: a group for each block of 4 × 4, or 1,000. */
const SMALL_PIXELS = 2 ** 14;
/** libwebp reads bare bitstreams too, which nobody writes. */
const SIGNATURE = /^RIFF[\s\S]{4}WEBP/;

/**
 * What libwebp takes besides the usual for the pixels of a piece.
 * @param piece With the rest of the file behind it: libtiff estimates a length that is not given.
 * @param pixels Of a piece at most: libtiff refuses larger ones.
 * @param work Of all pieces.
 * @throws UNDECODABLE_IMAGE; IMAGE_TOO_COMPLEX; RangeError if the piece is truncated.
 */
export function webpPieceBytes(piece: Buffer, pixels: number, work: WebpWork): number {
  if (!SIGNATURE.test(piece.toString("latin1", 0, 12))) throw damaged("The TIFF has a strip or tile that is not WebP.");
  if (piece.readUInt32LE(4) < SMALL_FILE_BYTES || pixels <= SMALL_PIXELS) return 0;
  const { width, height, extraBytes } = readInnerWebp(piece, work);
  if (width * height > pixels) throw damaged(`The TIFF has a WebP of ${width} × ${height} in a smaller strip or tile.`);
  return extraBytes();
}
