/** Prefix codes of WebP's lossless bitstream. Source: RFC 9649, section 3.7.2. */
import { damaged } from "./header.ts";
import type { LowBits } from "./low-bits.ts";

const MAX_LENGTH = 15;
/** The order in which the lengths of the codes for lengths are stored. */
const LENGTH_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** Codes for lengths from this one on repeat the last length other than 0, or repeat 0. */
const REPEAT = 16;
const REPEATS = [
  { bits: 2, least: 3 },
  { bits: 3, least: 3 },
  { bits: 7, least: 11 },
] as const;
/** The length that is repeated if there was none before. */
const FIRST_REPEATED = 8;

/** A prefix code, which maps bits to symbols. */
export class PrefixCode {
  /** Number of symbols with codes of each length. */
  readonly #counts = new Uint16Array(MAX_LENGTH + 1);
  /** Symbols sorted by code length, then by number. */
  readonly #symbols: number[];

  /** @param lengths Code length of each symbol in bits; 0 if it has none. @throws UNDECODABLE_IMAGE */
  constructor(lengths: Uint8Array) {
    for (const length of lengths) if (length > 0) this.#counts[length] = (this.#counts[length] ?? 0) + 1;
    this.#symbols = Array.from(lengths.keys())
      .filter((symbol) => lengths[symbol])
      .sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
    const used = this.#counts.reduce((sum, count, length) => sum + count * 2 ** (MAX_LENGTH - length), 0);
    const isComplete = this.#symbols.length === 1 || used === 2 ** MAX_LENGTH;
    if (!isComplete) throw damagedCodes();
  }

  /** The next symbol. A code for only one takes no bits. @throws RangeError past the end. */
  read(bits: LowBits): number {
    const only = this.#symbols.length === 1 ? this.#symbols[0] : undefined;
    if (only !== undefined) return only;
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; ; length++) {
      code |= bits.readBit();
      const count = this.#counts[length] ?? 0;
      if (code - first < count) return this.#symbols[index + code - first] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
  }
}

/** @param symbols Number of symbols. @throws UNDECODABLE_IMAGE; RangeError past the end. */
export function readPrefixCode(bits: LowBits, symbols: number): PrefixCode {
  const isSimple = bits.read(1) === 1;
  return new PrefixCode(isSimple ? simpleLengths(bits, symbols) : readLengths(bits, symbols));
}

/** Code lengths of a simple code with one or two symbols. */
function simpleLengths(bits: LowBits, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  const hasTwo = bits.read(1) === 1;
  const isLong = bits.read(1) === 1;
  lengths[bits.read(isLong ? 8 : 1)] = 1;
  if (hasTwo) lengths[bits.read(8)] = 1;
  return lengths;
}

function readLengths(bits: LowBits, symbols: number): Uint8Array {
  const ofLengths = new Uint8Array(LENGTH_ORDER.length);
  const stored = bits.read(4) + 4;
  for (const symbol of LENGTH_ORDER.slice(0, stored)) ofLengths[symbol] = bits.read(3);
  const code = new PrefixCode(ofLengths);
  let left = bits.read(1) === 1 ? 2 + bits.read(2 + 2 * bits.read(3)) : symbols;
  if (left > symbols) throw damagedCodes();
  const lengths = new Uint8Array(symbols);
  let repeated = FIRST_REPEATED;
  for (let symbol = 0; symbol < symbols && left > 0; left--) {
    const length = code.read(bits);
    const repeat = REPEATS[length - REPEAT];
    if (repeat) {
      const count = bits.read(repeat.bits) + repeat.least;
      if (symbol + count > symbols) throw damagedCodes();
      if (length === REPEAT) lengths.fill(repeated, symbol, symbol + count);
      symbol += count;
    } else {
      lengths[symbol] = length;
      if (length > 0) repeated = length;
      symbol += 1;
    }
  }
  return lengths;
}

function damagedCodes() {
  return damaged("The WebP's lossless bitstream has damaged prefix codes.");
}
