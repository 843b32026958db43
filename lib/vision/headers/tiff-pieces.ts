/** The strips or tiles of a TIFF: their sizes and their positions in the file. */
import { failure } from "../../errors.ts";
import { damaged } from "./header.ts";
import type { TiffDirectory } from "./tiff-directory.ts";
import { TAG } from "./tiff-tags.ts";

/** Maximum pixels of a tile. It may be larger than its image and is decoded whole: 16 MiB as 32-bit pixels. */
const MAX_TILE_PIXELS = 2 ** 22;
/** Maximum strips or tiles of all planes. 64 megapixels in tiles of 16 × 16 take 250,000. */
const MAX_PIECES = 2 ** 18;
/**
 * Maximum compressed bytes of all pieces, in multiples of the file's size, or of 16 MiB if the file is smaller. Pieces
 * may share their bytes, as pieces of one colour do, and the decoder may read all of them for a few pixels.
 */
const MAX_SHARING = 4;
const SMALL_FILE_BYTES = 2 ** 24;

/** Strips or tiles: size in pixels and number per plane. */
export interface Layout {
  readonly isTiled: boolean;
  readonly width: number;
  readonly height: number;
  readonly imageHeight: number;
  readonly count: number;
}

/** @throws UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX */
export function layoutOf(directory: TiffDirectory, width: number, height: number): Layout {
  const tileWidth = directory.value(TAG.tileWidth);
  const tileLength = directory.value(TAG.tileLength);
  if (tileWidth === undefined && tileLength === undefined) {
    const rows = Math.min(directory.value(TAG.rowsPerStrip) || height, height);
    return { isTiled: false, width, height: rows, imageHeight: height, count: Math.ceil(height / rows) };
  }
  if (!tileWidth || !tileLength) throw damaged("The TIFF's directory gives tiles without a size.");
  const imagePixels = upTo16(width) * upTo16(height);
  if (tileWidth * tileLength > Math.max(imagePixels, MAX_TILE_PIXELS))
    throw failure(
      "IMAGE_TOO_COMPLEX",
      `The TIFF's tiles of ${tileWidth} × ${tileLength} are far larger than its image.`,
    );
  const count = Math.ceil(width / tileWidth) * Math.ceil(height / tileLength);
  return { isTiled: true, width: tileWidth, height: tileLength, imageHeight: height, count };
}

/** Tile sides are multiples of 16. */
function upTo16(pixels: number): number {
  return Math.ceil(pixels / 16) * 16;
}

/** A strip or tile in the file. */
export interface Piece {
  readonly offset: number;
  /** Bytes in the file; undefined if it does not say how many there are. */
  readonly bytes: number | undefined;
}

/**
 * The position of each strip or tile. Checks that all lie inside the file, so that none is decoded from unrelated bytes,
 * and that they do not share too many bytes.
 * @param rowBytes Bytes of a row of a piece, if it is not compressed.
 * @throws UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX
 */
export function* piecesOf(
  file: Buffer,
  directory: TiffDirectory,
  { isTiled, height, imageHeight, count }: Layout,
  { planes, rowBytes }: { planes: number; rowBytes: number | undefined },
): Generator<Piece, void, void> {
  const piece = isTiled ? "tiles" : "strips";
  const offsets = isTiled ? TAG.tileOffsets : TAG.stripOffsets;
  const byteCounts = isTiled ? TAG.tileByteCounts : TAG.stripByteCounts;
  const pieces = count * planes;
  if (directory.count(offsets) < pieces || directory.value(offsets, pieces - 1) === undefined)
    throw damaged(`The TIFF's directory lists fewer ${piece} than the image has.`);
  if (pieces > MAX_PIECES)
    throw failure("IMAGE_TOO_COMPLEX", `The TIFF has ${pieces} ${piece}; at most ${MAX_PIECES} are allowed.`);
  let bytesLeft = MAX_SHARING * Math.max(file.length, SMALL_FILE_BYTES);
  for (let index = 0; index < pieces; index++) {
    const rows = isTiled ? height : Math.min(height, imageHeight - (index % count) * height);
    const bytes = rowBytes === undefined ? directory.value(byteCounts, index) : rows * rowBytes;
    const offset = directory.value(offsets, index) as number;
    if (offset + (bytes ?? 1) > file.length) throw damaged(`The TIFF is cut off: a part of its ${piece} is missing.`);
    if (rowBytes === undefined) bytesLeft -= bytes ?? 1;
    if (bytesLeft < 0)
      throw failure(
        "IMAGE_TOO_COMPLEX",
        `The TIFF's ${piece} have the same data over and over, far more than the file.`,
      );
    yield { offset, bytes };
  }
}
