import type { cv, Mat } from "@u4/opencv4nodejs";

/** What `native/image` adds to the binding. */
interface ImageDecoder {
  /**
   * Decodes a file to the pixels that it stores: grey, or blue-green-red. Alpha is dropped. Exif's
   * orientation is not applied, that of TIFF is, and so are the transformations of HEIF. The caller releases the Mat.
   *
   * @param decoder `opencv` reads JPEG, PNG, WebP, BMP and TIFF; `heif` HEIC and AVIF.
   * @param width Of the image, as its header says; `heif` and `gif` decode nothing if they read another.
   * @throws Error, with a reason in the library's words.
   */
  decodeImage(file: Buffer, decoder: "opencv" | "heif" | "gif", isGrey: boolean, width: number, height: number): Mat;
}

/** OpenCV's binding. It is loaded in `workers/` only and handed to the functions here. */
export type OpenCv = typeof cv & ImageDecoder;
export type { Mat } from "@u4/opencv4nodejs";
