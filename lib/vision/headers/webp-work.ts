import { failure } from "../../errors.ts";

/**
 * libwebp writes at most 2,600 into an image inside of a bitstream, and three of them: enough for 500 pieces of a TIFF.
 */
const MAX_PIXELS = 2 ** 22;
/** Of the codes of 5,000 images inside of bitstreams. */
const MAX_SYMBOLS = 2 ** 24;
/** As long as a chunk takes. */
const SYMBOLS_OF_CHUNK = 16;

/**
 * What is read of the WebPs in one file: a TIFF may have 262,144 strips or tiles that share one, whose pixels take no
 * bits, and 0.05 s each. All of it takes half a second at most.
 */
export class WebpWork {
  #pixelsLeft = MAX_PIXELS;
  #symbolsLeft = MAX_SYMBOLS;

  /** Of an image inside of a bitstream. @throws IMAGE_TOO_COMPLEX */
  countPixels(pixels: number): void {
    this.#pixelsLeft -= pixels;
    if (this.#pixelsLeft < 0) throw tooComplex();
  }

  /** Of prefix codes. @throws IMAGE_TOO_COMPLEX */
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
