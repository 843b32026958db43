/**
 * Limits the resources for decoding a HEIF image: the tiles, the alpha channel, and the sizes inside of a grid and of
 * the coded data, by which the decoders allocate their memory.
 */
import { failure } from "../../errors.ts";
import type { Size } from "../size.ts";
import { av1Units } from "./av1.ts";
import type { CodedUnit } from "./coded-unit.ts";
import { damaged } from "./header.ts";
import { type Box, fullBox } from "./heif-boxes.ts";
import type { HeifItems } from "./heif-items.ts";
import { hevcUnits } from "./hevc.ts";

/** Maximum tiles. 64 megapixels in tiles of 512 × 512 need 256. */
const MAX_TILES = 4096;
/**
 * Maximum images: more than twice the maximum tiles, for their alpha channels. Each is decoded as often as it is named.
 */
const MAX_IMAGES = 10_000;
/** Maximum units of all coded data: each tile has its parameter sets and a few more units. */
const MAX_UNITS = 100_000;
/**
 * Maximum pixels of all images whose frames or slices are decoded, even if only one image is shown. An image of 64
 * megapixels may have few bytes, and takes a quarter of a second. Encoders make one frame, or one slice, per image or
 * tile.
 */
const MAX_CODED_PIXELS = 2 ** 31;
/**
 * Maximum images in the data of an item, of which one is shown. The decoder keeps up to 16 to predict others from. A
 * still image has one; AV1 has up to four layers.
 */
const MAX_IMAGES_OF_ITEM = 4;
/** Bytes of a pixel of 8 bits with half of the chroma samples in each direction, which `memory-need.ts` assumes. */
const USUAL_PIXEL_BYTES = 1.5;
/** Bytes that dav1d takes for an image of any size, beyond what `memory-need.ts` assumes for its pixels. */
const DAV1D_BYTES = 2_000_000;
/** Bytes per pixel that the decoders keep about the blocks of an image. */
const NOTES_PIXEL_BYTES = 1;
/** Coded sides are multiples of the coding block, which has at most 64 pixels, and are then cropped. */
const CODED_MARGIN = 64;
/** Encoders in graphics cards have a minimum size, 160 × 64 for some, and crop smaller images. */
const LEAST_CODED_SIDE = 256;
/** Number of pixels by which tiles and alpha channels may exceed their image, too few to matter. */
const MARGIN_PIXELS = 2 ** 20;
const NO_DATA = Buffer.alloc(0);

interface Coding {
  readonly name: string;
  readonly configuration: string;
  readonly unitsOf: (configuration: Buffer, data: Buffer) => Iterable<CodedUnit>;
  /**
   * Additional bytes per pixel beyond what `memory-need.ts` assumes, for an image without an alpha channel. Depends on
   * the bytes of its pixels and samples. Measured by `bench/image-memory.ts`, as is `moreBytesWithAlpha`.
   */
  readonly moreBytes: (pixelBytes: number, sampleBytes: number) => number;
  /**
   * Additional bytes per pixel and byte of a sample for an image with an alpha channel, if there are more than without
   * one.
   */
  readonly moreBytesWithAlpha: number;
  readonly fixedBytes: number;
}

const CODINGS: Readonly<Record<string, Coding>> = {
  hvc1: {
    name: "HEIC",
    configuration: "hvcC",
    unitsOf: hevcUnits,
    moreBytes: (_pixelBytes, sampleBytes) => 7 * (sampleBytes - 1),
    moreBytesWithAlpha: 5,
    fixedBytes: 0,
  },
  av01: {
    name: "AVIF",
    configuration: "av1C",
    unitsOf: av1Units,
    // Chroma counts twice, because dav1d copies an image to add film grain.
    moreBytes: (pixelBytes, sampleBytes) => 6 * (sampleBytes - 1) + 2 * (pixelBytes - USUAL_PIXEL_BYTES * sampleBytes),
    moreBytesWithAlpha: 4,
    fixedBytes: DAV1D_BYTES,
  },
};

/** The size of an item, before its transformations. @throws UNDECODABLE_IMAGE */
export function storedSize(properties: readonly Box[], name: string): Size {
  const content = properties.find(({ type }) => type === "ispe")?.content;
  if (!content) throw damaged(`The ${name} does not give its image's size.`);
  const box = fullBox(content).content;
  const [width, height] = [box.readUInt32BE(0), box.readUInt32BE(4)];
  if (width === 0 || height === 0) throw damaged(`The ${name}'s header gives a size of ${width} × ${height}.`);
  return { width, height };
}

/** The longest coded side of an image whose side has this length. */
function mostCoded(side: number): number {
  return Math.max(side + CODED_MARGIN, LEAST_CODED_SIDE);
}

/** The size in the data of a grid. It follows the flags and the numbers of rows and columns. */
function gridSize(data: Buffer): Size {
  const sideBytes = (data.readUInt8(1) & 1) === 1 ? 4 : 2;
  return { width: data.readUIntBE(4, sideBytes), height: data.readUIntBE(4 + sideBytes, sideBytes) };
}

/**
 * Checks all items that are decoded for the primary image.
 * @returns bytes that the decoders take in addition to the usual ones for the pixels.
 * @throws UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX; RangeError if something is truncated.
 */
export function checkCoded(items: HeifItems, file: Buffer, name: string): number {
  const check = new CodedCheck(items, file.length, name);
  // The decoder also reads configurations that no item has.
  for (const { type, content } of items.properties) if (type === "hvcC") check.configuration(content);
  check.image(items.primary);
  for (const alpha of items.alphasOf(items.primary)) check.alpha(alpha, items.primary);
  return check.extraBytes(items.primary);
}

class CodedCheck {
  readonly #items: HeifItems;
  readonly #name: string;
  #bytesLeft: number;
  #imagesLeft = MAX_IMAGES;
  #unitsLeft = MAX_UNITS;
  #pixelsLeft = MAX_CODED_PIXELS;
  #pixelBytes = USUAL_PIXEL_BYTES;
  #moreBytes = 0;
  #moreBytesWithAlpha = 0;
  #hasAlpha = false;
  #keptBytes = 0;
  #fixedBytes = 0;
  #dataBytes = 0;

  constructor(items: HeifItems, fileBytes: number, name: string) {
    this.#items = items;
    this.#name = name;
    // Data that is used repeatedly, such as a tile of one color, is decoded each time, together with the configuration.
    this.#bytesLeft = 4 * fileBytes;
  }

  configuration(hvcC: Buffer): void {
    for (const _unit of hevcUnits(hvcC, NO_DATA)) this.#countUnit("HEIC");
  }

  image(item: number): void {
    if (this.#items.typeOf(item) === "grid") this.#grid(item);
    else this.#coded(item);
  }

  /**
   * Checks an alpha channel. The decoder would follow alpha channels of alpha channels without end, and it decodes an
   * alpha channel whole, however small the image is.
   */
  alpha(item: number, image: number): void {
    if (this.#items.alphasOf(item).length > 0) throw damaged(`The ${this.#name}'s alpha channel has one itself.`);
    if (this.#pixelsOf(item) > this.#pixelsOf(image) + MARGIN_PIXELS)
      throw failure("IMAGE_TOO_COMPLEX", `The ${this.#name}'s alpha channel is far larger than its image.`);
    this.#hasAlpha = true;
    this.image(item);
  }

  extraBytes(image: number): number {
    const pixelBytes = Math.max(this.#moreBytes, this.#hasAlpha ? this.#moreBytesWithAlpha : 0);
    return this.#pixelsOf(image) * pixelBytes + this.#keptBytes + this.#fixedBytes + this.#dataBytes;
  }

  #pixelsOf(item: number): number {
    const { width, height } = storedSize(this.#items.propertiesOf(item), this.#name);
    return width * height;
  }

  /** Tiles are decoded whole, so a grid's tiles must not have far more pixels than its image. */
  #grid(item: number): void {
    const grid = storedSize(this.#items.propertiesOf(item), this.#name);
    const data = this.#items.dataOf(item);
    this.#countBytes(data.length);
    const own = gridSize(data);
    if (own.width !== grid.width || own.height !== grid.height)
      throw damaged(
        `The ${this.#name} header says ${grid.width} × ${grid.height}, its grid ${own.width} × ${own.height}.`,
      );
    const tiles = this.#items.inputsOf(item);
    if (tiles.length === 0) throw damaged(`The ${this.#name}'s grid has no tiles.`);
    const tooMany = tiles.length > MAX_TILES;
    let [pixels, largest] = [0, 0];
    for (const tile of tooMany ? [] : tiles) {
      const ofTile = this.#pixelsOf(tile);
      pixels += ofTile;
      largest = Math.max(largest, ofTile);
    }
    const image = grid.width * grid.height;
    // Tiles at the right and bottom edges may be cropped, but each row and column of tiles contributes some pixels.
    if (tooMany || pixels > 4 * image + MARGIN_PIXELS || largest > image + MARGIN_PIXELS) throw this.#tooComplex();
    for (const tile of tiles) {
      this.#coded(tile);
      for (const alpha of this.#items.alphasOf(tile)) this.#tileAlpha(alpha, tile);
    }
  }

  #tileAlpha(item: number, tile: number): void {
    if (this.#items.typeOf(item) === "grid") throw damaged(`The ${this.#name}'s tiles are images of tiles.`);
    this.alpha(item, tile);
  }

  #coded(item: number): void {
    const coding = CODINGS[this.#items.typeOf(item)];
    if (!coding) throw damaged(`The ${this.#name} has an image of an unknown kind in it.`);
    const properties = this.#items.propertiesOf(item);
    const { width, height } = storedSize(properties, this.#name);
    const configuration = properties.find(({ type }) => type === coding.configuration)?.content;
    if (!configuration) throw damaged(`The ${this.#name} has no ${coding.configuration} box.`);
    const data = this.#items.dataOf(item);
    this.#countBytes(configuration.length + data.length);
    this.#countImage();
    this.#fixedBytes = Math.max(this.#fixedBytes, coding.fixedBytes);
    // libheif copies the data out of the file.
    this.#dataBytes = Math.max(this.#dataBytes, configuration.length + data.length);
    let coded: Size = { width, height };
    let images = 0;
    for (const unit of coding.unitsOf(configuration, data)) {
      const { size, isDecoded, beginsImage } = unit;
      this.#countUnit(coding.name);
      coded = size ?? coded;
      if (coded.width > mostCoded(width) || coded.height > mostCoded(height))
        throw damaged(
          `The ${coding.name} header says ${width} × ${height}, its coded data ${coded.width} × ${coded.height}.`,
        );
      if (isDecoded) this.#countPixels(coded, coding.name);
      this.#countSamples(coding, unit);
      if (beginsImage) images += 1;
    }
    this.#countKept(images, coded, coding.name);
  }

  #countBytes(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) throw this.#tooComplex();
  }

  /** Also counts images without data, which have no bytes and no units. */
  #countImage(): void {
    this.#imagesLeft -= 1;
    if (this.#imagesLeft < 0)
      throw failure("IMAGE_TOO_COMPLEX", `The ${this.#name} has more than ${MAX_IMAGES} tiles and alpha channels.`);
  }

  #countUnit(coding: string): void {
    this.#unitsLeft -= 1;
    if (this.#unitsLeft < 0)
      throw failure("IMAGE_TOO_COMPLEX", `The ${coding}'s image data have more than ${MAX_UNITS} units.`);
  }

  #countPixels({ width, height }: Size, coding: string): void {
    this.#pixelsLeft -= width * height;
    if (this.#pixelsLeft < 0)
      throw failure("IMAGE_TOO_COMPLEX", `The ${coding}'s image data have too many frames or slices for its size.`);
  }

  #countSamples(coding: Coding, { pixelBytes, sampleBytes }: CodedUnit): void {
    if (pixelBytes === undefined || sampleBytes === undefined) return;
    this.#pixelBytes = Math.max(this.#pixelBytes, pixelBytes);
    this.#moreBytes = Math.max(this.#moreBytes, coding.moreBytes(pixelBytes, sampleBytes));
    this.#moreBytesWithAlpha = Math.max(this.#moreBytesWithAlpha, coding.moreBytesWithAlpha * sampleBytes);
  }

  /** Each image has a decoder of its own, which keeps its memory only until the image is done. */
  #countKept(images: number, { width, height }: Size, coding: string): void {
    if (images > MAX_IMAGES_OF_ITEM)
      throw failure(
        "IMAGE_TOO_COMPLEX",
        `The ${coding} has ${images} images in the data of one; at most ${MAX_IMAGES_OF_ITEM} are allowed.`,
      );
    const kept = Math.max(0, images - 1) * width * height * (this.#pixelBytes + NOTES_PIXEL_BYTES);
    this.#keptBytes = Math.max(this.#keptBytes, kept);
  }

  #tooComplex(): Error {
    return failure("IMAGE_TOO_COMPLEX", `The ${this.#name}'s tiles are far more than its image.`);
  }
}
