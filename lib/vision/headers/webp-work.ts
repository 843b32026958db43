import { failure } from "../../errors.ts";

/**
 * Maximum pixels. libwebp writes at most 2,600 into an inner image, and three inner images, so this is enough for 500
 * pieces of a TIFF.
 */
const MAX_PIXELS = 2 ** 22;
/** Maximum symbols, enough for the codes of 5,000 inner images. */
const MAX_SYMBOLS = 2 ** 24;
/** A chunk takes as long as this many symbols. */
const SYMBOLS_OF_CHUNK = 16;

/**
 * Limits the work for the WebPs in one file: a TIFF may have 262,144 strips or tiles that share a WebP whose pixels
 * take no bits, and each takes 0.05 s. All of the work takes half a second at most.
 */
export class WebpWork {
  #pixelsLeft = MAX_PIXELS;
  #symbolsLeft = MAX_SYMBOLS;

  /** Counts pixels of an inner image. @throws IMAGE_TOO_COMPLEX */
  countPixels(pixels: number): void {
    this.#pixelsLeft -= pixels;
    if (this.#pixelsLeft < 0) throw tooComplex();
  }

  /** Counts symbols of prefix codes. @throws IMAGE_TOO_COMPLEX */
  countSymbols(symbols: number): void {
    this.#symbolsLeft -= symbols;
    if (this.#symbolsLeft < 0) throw tooComplex();
  }

  /** @throws IMAGE_TOO_COMPLEX */
  countChunk(): void {
    this.countSymbols(SYMBOLS_OF_CHUNK);
  }
}

function tooComplex() {
  return failure(
    "IMAGE_TOO_COMPLEX",
    "The WebPs in the file have far more groups of prefix codes or chunks than needed.",
  );
}
