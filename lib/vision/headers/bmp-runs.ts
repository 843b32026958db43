/**
 * Decodes a run-length coded BMP. OpenCV 4.6 carries pixels beyond the end of a row over to the next row, which shears
 * the images of writers that code rows with their padding. Browsers ignore such pixels. Source: Microsoft, "Bitmap
 * Compression".
 */
import { BMP_COMPRESSION, type BmpHeader } from "./bmp.ts";
import { damaged } from "./header.ts";

/** Codes that may follow a 0 in place of a number of pixels. */
const END_OF_ROW = 0;
const END_OF_IMAGE = 1;
const MOVE = 2;

/**
 * @param header Header of a file with compression `rle8` or `rle4`.
 * @param target Rows from bottom to top, with one palette index per pixel. Pixels that the file leaves out keep their
 *   value.
 * @throws UNDECODABLE_IMAGE if the file ends before the image.
 */
export function decodeRuns(file: Buffer, header: BmpHeader, target: Buffer, rowBytes: number): void {
  const { width, height, pixelsOffset } = header;
  const isTwoAByte = header.compression === BMP_COMPRESSION.rle4;
  let [x, y, offset] = [0, 0, pixelsOffset];
  const next = (): number => {
    if (offset >= file.length) throw damaged("Its run lengths end before its image.");
    offset += 1;
    return file[offset - 1] as number;
  };
  /** Writes the pixels that a byte stands for. With 4 bits per pixel, the upper and the lower half alternate. */
  const put = (byte: number, pixel: number) => {
    if (x < width) target[y * rowBytes + x] = !isTwoAByte ? byte : pixel % 2 === 0 ? byte >> 4 : byte & 15;
    x += 1;
  };
  while (y < height - 1 || (y === height - 1 && x < width)) {
    const count = next();
    const value = next();
    if (count > 0) {
      // Pixels beyond the end of the row are not written: a file may have millions of such runs.
      const shown = Math.min(count, Math.max(0, width - x));
      for (let pixel = 0; pixel < shown; pixel++) put(value, pixel);
      x += count - shown;
    } else if (value === END_OF_ROW) {
      x = 0;
      y += 1;
    } else if (value === END_OF_IMAGE) {
      return;
    } else if (value === MOVE) {
      x += next();
      y += next();
    } else {
      let byte = 0;
      for (let pixel = 0; pixel < value; pixel++) {
        if (!isTwoAByte || pixel % 2 === 0) byte = next();
        put(byte, pixel);
      }
      // The next pair of bytes is at an even distance.
      offset += (offset - pixelsOffset) % 2;
    }
  }
}
