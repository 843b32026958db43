/** JPEG as the compression of a TIFF: each strip or tile is a JPEG, whose tables may be in the directory. */
import { failure } from "../../errors.ts";
import { countScans, FEW_SCANS, MAX_SCANNED_PIXELS, MAX_SCANS } from "./jpeg.ts";

/** The usual unit of decoding. A strip of a single row takes as long as one of 16 rows. */
const UNIT_SIDE = 16;

/** Limits the work for the JPEGs in one TIFF to that for one JPEG of the same size. */
export class JpegWork {
  #scannedPixelsLeft: number;

  /** @param pixels The pixels of the whole image. */
  constructor(pixels: number) {
    this.#scannedPixelsLeft = Math.max(MAX_SCANNED_PIXELS, FEW_SCANS * pixels);
  }

  /**
   * @param piece The bytes of a strip or tile.
   * @param size The largest size that it can have. libtiff refuses larger ones.
   * @throws IMAGE_TOO_COMPLEX
   */
  count(piece: Buffer, { width, height }: { readonly width: number; readonly height: number }): void {
    const scans = countScans(piece);
    this.#scannedPixelsLeft -= scans * inUnits(width) * inUnits(height);
    if (scans > MAX_SCANS || this.#scannedPixelsLeft < 0)
      throw failure("IMAGE_TOO_COMPLEX", "The JPEGs in the TIFF have too many scans for its size.");
  }
}

function inUnits(side: number): number {
  return Math.ceil(side / UNIT_SIDE) * UNIT_SIDE;
}
