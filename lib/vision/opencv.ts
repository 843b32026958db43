import type { cv, Mat } from "@u4/opencv4nodejs";

/** Functions that `native/image` adds to the binding. */
interface ImageAdditions {
  /**
   * Decodes a file to its stored pixels: grey, or blue-green-red. Alpha is dropped. Exif orientation is not applied;
   * TIFF orientation and HEIF transformations are. The caller releases the Mat.
   *
   * @param decoder `opencv` reads JPEG, PNG, WebP, BMP and TIFF; `heif` HEIC and AVIF; `gif` GIF.
   * @param width Width of the image as stored, according to its header; `heif` and `gif` refuse an image of another
   *   size.
   * @throws Error with the library's reason.
   */
  decodeImage(file: Buffer, decoder: "opencv" | "heif" | "gif", isGrey: boolean, width: number, height: number): Mat;
  /** Returns memory that malloc holds but does not use to the kernel, for all threads. */
  trimMemory(): void;
}

/** OpenCV's binding. Loaded only in `workers/` and passed to the functions here. */
export type OpenCv = typeof cv & ImageAdditions;
export type { Mat } from "@u4/opencv4nodejs";
