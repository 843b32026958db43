/** WebP as the compression of a TIFF: each strip or tile is a WebP file. */
import { damaged } from "./header.ts";
import { readWebp, webpSize } from "./webp.ts";

/** Files of fewer bytes have too few groups of prefix codes to matter: each takes 20 bits at least. */
const SMALL_FILE_BYTES = 2500;
/** libwebp reads bare bitstreams too, which nobody writes. */
const SIGNATURE = /^RIFF[\s\S]{4}WEBP/;

/**
 * What libwebp takes besides the usual for the pixels of a piece.
 * @param piece With the rest of the file behind it: libtiff estimates a length that is not given.
 * @param pixels Of a piece at most: libtiff refuses larger ones.
 * @throws UNDECODABLE_IMAGE; IMAGE_TOO_COMPLEX; RangeError if the piece is truncated.
 */
export function webpPieceBytes(piece: Buffer, pixels: number): number {
  if (!SIGNATURE.test(piece.toString("latin1", 0, 12))) throw damaged("The TIFF has a strip or tile that is not WebP.");
  if (piece.readUInt32LE(4) < SMALL_FILE_BYTES) return 0;
  const { width, height } = webpSize(piece);
  if (width * height > pixels) throw damaged(`The TIFF has a WebP of ${width} × ${height} in a smaller strip or tile.`);
  return readWebp(piece).extraBytes;
}
