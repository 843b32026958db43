/**
 * The groups of prefix codes in a lossless bitstream of WebP, for which libwebp allocates tables: each pixel of a small
 * image inside of the bitstream names the group of a block of 4 × 4 pixels or more. Other inner images precede that
 * one, so they are decoded here too; the image itself is not. Source: RFC 9649, sections 3.5 to 3.8.
 */
import { failure } from "../../errors.ts";
import type { Size } from "../size.ts";
import { damaged } from "./header.ts";
import { LowBits } from "./low-bits.ts";
import { type PrefixCode, readPrefixCode } from "./prefix-code.ts";
import type { WebpWork } from "./webp-work.ts";

const [PREDICTOR, COLOR, SUBTRACT_GREEN] = [0, 1, 2];
const MAX_CACHE_BITS = 11;
/**
 * Numbers of symbols: values and lengths of copies in the green code, which also has the colours of the cache, and
 * distances.
 */
const [VALUES, LENGTHS, DISTANCES] = [256, 24, 40];
const CACHE_HASH = 0x1e35a7bd;
/** Maximum pixels of inner images: as many as libwebp would write for 268 megapixels, the maximum of a WebP. */
const MAX_INNER_PIXELS = 2 ** 20;
/** Maximum groups. libwebp writes at most 2,600. */
const MAX_GROUPS = 10_000;
/** libwebp reads at least this many groups, even if no block has them. */
const GROUPS_AT_LEAST = 1000;
/** Maximum entries of all tables of a group: without a cache, and by the bits of a cache (`kTableSize` of libwebp). */
const TABLE_ENTRIES = 2300 + 654;
const CACHE_ENTRIES = [0, 2, 4, 8, 16, 32, 64, 128, 258, 514, 1026, 2050];
const ENTRY_BYTES = 4;
/** Bytes of a group besides its tables. */
const GROUP_BYTES = 600;

/**
 * Maximum bytes of the tables that libwebp allocates.
 * @param data The bitstream after its header.
 * @throws UNDECODABLE_IMAGE if libwebp fails too; IMAGE_TOO_COMPLEX; RangeError if the bitstream is truncated.
 */
export function losslessTableBytes(data: Buffer, size: Size, work: WebpWork): number {
  const bits = new LowBits(data);
  const coded = readTransforms(bits, size, work);
  const cacheBits = readCacheBits(bits);
  const entries = TABLE_ENTRIES + (CACHE_ENTRIES[cacheBits] as number);
  return countGroups(bits, coded, work) * (entries * ENTRY_BYTES + GROUP_BYTES);
}

/** @returns the size of the coded image, in which a pixel may stand for several of the image's pixels. */
function readTransforms(bits: LowBits, { width, height }: Size, work: WebpWork): Size {
  let codedWidth = width;
  const seen = new Set<number>();
  while (bits.read(1) === 1) {
    const type = bits.read(2);
    if (seen.has(type)) throw damaged("The WebP's lossless bitstream has a transform twice.");
    seen.add(type);
    if (type === SUBTRACT_GREEN) continue;
    if (type === PREDICTOR || type === COLOR) {
      readPixels(bits, inBlocks({ width: codedWidth, height }, bits.read(3) + 2), work);
      continue;
    }
    const colors = bits.read(8) + 1;
    readPixels(bits, { width: colors, height: 1 }, work);
    codedWidth = inBlocks({ width, height }, colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3).width;
  }
  return { width: codedWidth, height };
}

function countGroups(bits: LowBits, size: Size, work: WebpWork): number {
  if (bits.read(1) === 0) return 1;
  const groups = new Set<number>();
  for (const pixel of readPixels(bits, inBlocks(size, bits.read(3) + 2), work)) groups.add((pixel >>> 8) & 0xffff);
  if (groups.size > MAX_GROUPS)
    throw failure(
      "IMAGE_TOO_COMPLEX",
      `The WebP has ${groups.size} groups of prefix codes; at most ${MAX_GROUPS} are allowed.`,
    );
  const all = Math.max(...groups) + 1;
  return all <= GROUPS_AT_LEAST ? all : groups.size;
}

/** @param blockBits The sides of a block as a power of two. */
function inBlocks({ width, height }: Size, blockBits: number): Size {
  const block = 2 ** blockBits;
  return { width: Math.ceil(width / block), height: Math.ceil(height / block) };
}

/** Number of bits of the cache's size; 0 without a cache. */
function readCacheBits(bits: LowBits): number {
  if (bits.read(1) === 0) return 0;
  const cacheBits = bits.read(4);
  if (cacheBits < 1 || cacheBits > MAX_CACHE_BITS) throw damaged("The WebP's lossless bitstream has a wrong cache.");
  return cacheBits;
}

/** Reads an inner image: its pixels as alpha, red, green and blue of 8 bits. */
function readPixels(bits: LowBits, { width, height }: Size, work: WebpWork): Uint32Array {
  if (width * height > MAX_INNER_PIXELS)
    throw failure("IMAGE_TOO_COMPLEX", `The WebP's lossless bitstream has an image of ${width} × ${height} inside.`);
  work.countPixels(width * height);
  const pixels = new Uint32Array(width * height);
  const cacheBits = readCacheBits(bits);
  const cache = new Uint32Array(cacheBits === 0 ? 0 : 2 ** cacheBits);
  work.countSymbols(VALUES + LENGTHS + cache.length + 3 * VALUES + DISTANCES);
  const [green, red, blue, alpha, distance] = [VALUES + LENGTHS + cache.length, VALUES, VALUES, VALUES, DISTANCES].map(
    (symbols) => readPrefixCode(bits, symbols),
  ) as [PrefixCode, PrefixCode, PrefixCode, PrefixCode, PrefixCode];
  const put = (pixel: number, at: number) => {
    pixels[at] = pixel;
    if (cache.length > 0) cache[Math.imul(CACHE_HASH, pixel) >>> (32 - cacheBits)] = pixel;
  };
  for (let at = 0; at < pixels.length; ) {
    const symbol = green.read(bits);
    if (symbol < VALUES) {
      const [ofRed, ofBlue, ofAlpha] = [red.read(bits), blue.read(bits), alpha.read(bits)];
      put(((ofAlpha << 24) | (ofRed << 16) | (symbol << 8) | ofBlue) >>> 0, at);
      at += 1;
    } else if (symbol < VALUES + LENGTHS) {
      const length = readCount(bits, symbol - VALUES);
      const back = distanceOf(readCount(bits, distance.read(bits)), width);
      if (back > at || length > pixels.length - at) throw damaged("The WebP's lossless bitstream copies from nowhere.");
      for (const end = at + length; at < end; at++) put(pixels[at - back] as number, at);
    } else {
      put(cache[symbol - VALUES - LENGTHS] as number, at);
      at += 1;
    }
  }
  return pixels;
}

/** Reads a length or a distance, with the bits that follow its symbol. */
function readCount(bits: LowBits, symbol: number): number {
  if (symbol < 4) return symbol + 1;
  const extraBits = (symbol - 2) >> 1;
  return ((2 + (symbol & 1)) << extraBits) + bits.read(extraBits) + 1;
}

/** Columns to the left, or to the right if negative, and rows above. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** The places that the first distance codes stand for: nearby ones, the nearest first. */
const PLACES: readonly Place[] = Array.from({ length: 8 * 16 }, (_, index) => ({ x: (index % 16) - 7, y: index >> 4 }))
  .filter(({ x, y }) => y > 0 || x > 0)
  .sort((a, b) => a.x ** 2 + a.y ** 2 - b.x ** 2 - b.y ** 2 || Math.abs(a.x) - Math.abs(b.x) || b.x - a.x);

/** Distance in pixels. @param code The code of a distance, from 1. */
function distanceOf(code: number, width: number): number {
  const place = PLACES[code - 1];
  return place ? Math.max(1, place.x + place.y * width) : code - PLACES.length;
}
