/** WebP as the compression of a TIFF: each strip or tile is a WebP file. */
import { damaged } from "./header.ts";
import { readInnerWebp } from "./webp.ts";
import type { WebpWork } from "./webp-work.ts";

/** Smaller files have too few groups of prefix codes to matter: each takes at least 20 bits. */
const SMALL_FILE_BYTES = 2500;
/** Smaller pieces have too few groups too: 128 × 128 pixels have at most one group per block of 4 × 4, or 1,000. */
const SMALL_PIXELS = 2 ** 14;
/** libwebp reads bare bitstreams too, which nobody writes. */
const SIGNATURE = /^RIFF[\s\S]{4}WEBP/;

/**
 * Bytes that libwebp takes in addition to the usual ones for the pixels of a piece.
 * @param piece The piece, followed by the rest of the file, because libtiff estimates a missing length.
 * @param pixels Maximum pixels of a piece. libtiff refuses larger ones.
 * @param work The limit on the work for all pieces.
 * @throws UNDECODABLE_IMAGE; IMAGE_TOO_COMPLEX; RangeError if the piece is truncated.
 */
export function webpPieceBytes(piece: Buffer, pixels: number, work: WebpWork): number {
  if (!SIGNATURE.test(piece.toString("latin1", 0, 12))) throw damaged("The TIFF has a strip or tile that is not WebP.");
  if (piece.readUInt32LE(4) < SMALL_FILE_BYTES || pixels <= SMALL_PIXELS) return 0;
  const { width, height, extraBytes } = readInnerWebp(piece, work);
  if (width * height > pixels) throw damaged(`The TIFF has a WebP of ${width} × ${height} in a smaller strip or tile.`);
  return extraBytes();
}
