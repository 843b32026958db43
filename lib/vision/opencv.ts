import type { cv, Mat } from "@u4/opencv4nodejs";

/** What `native/image` adds to the binding. */
interface ImageAdditions {
  /**
   * Decodes a file to its stored pixels: grey, or blue-green-red. Alpha is dropped. Exif orientation is not applied;
   * TIFF orientation and HEIF transformations are. The caller releases the Mat.
   *
   * @param decoder `opencv` reads JPEG, PNG, WebP, BMP and TIFF; `heif` HEIC and AVIF.
   * @param width Of the image as stored, according to its header; `heif` and `gif` refuse an image of another size.
   * @throws Error with the library's reason.
   */
  decodeImage(file: Buffer, decoder: "opencv" | "heif" | "gif", isGrey: boolean, width: number, height: number): Mat;
  /** Gives memory that malloc holds but does not use, in all threads, back to the kernel. */
  trimMemory(): void;
}

/** OpenCV's binding. Loaded only in `workers/` and passed to the functions here. */
export type OpenCv = typeof cv & ImageAdditions;
export type { Mat } from "@u4/opencv4nodejs";
