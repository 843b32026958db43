/** Lossless WebP bitstreams. Source: RFC 9649, section 3. */

/** Writes numbers with a given number of bits, the lowest bit first. */
class BitWriter {
  readonly #bits: number[] = [];

  put(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++) this.#bits.push((value >>> bit) & 1);
  }

  get bytes(): Buffer {
    const bytes = Buffer.alloc(Math.ceil(this.#bits.length / 8));
    for (const [at, bit] of this.#bits.entries()) bytes[at >>> 3] = (bytes[at >>> 3] as number) | (bit << (at & 7));
    return bytes;
  }
}

/** A code that has only the symbol 0, which takes no bits. */
function putOnlyZero(bits: BitWriter): void {
  bits.put(1, 1); // simple
  bits.put(0, 1); // one symbol
  bits.put(0, 1); // of one bit
  bits.put(0, 1);
}

const [LENGTH_OF_8, LENGTH_OF_0, RUN_OF_0] = [8, 0, 18];
const LENGTH_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8];

/** A code in which the symbols 0 to 255 have 8 bits, and up to 24 further symbols have none. */
function putBytes(bits: BitWriter, symbols: number): void {
  bits.put(0, 1);
  bits.put(LENGTH_ORDER.length - 4, 4);
  const lengths: Readonly<Record<number, number>> = { [LENGTH_OF_8]: 1, [LENGTH_OF_0]: 2, [RUN_OF_0]: 2 };
  for (const length of LENGTH_ORDER) bits.put(lengths[length] ?? 0, 3);
  bits.put(0, 1); // for all symbols
  for (let symbol = 0; symbol < 256; symbol++) bits.put(0, 1);
  if (symbols === 256) return;
  bits.put(3, 2);
  bits.put(symbols - 256 - 11, 7);
}

/** Writes a symbol of that code, the highest bit first. */
function putByte(bits: BitWriter, value: number): void {
  for (let bit = 7; bit >= 0; bit--) bits.put(value >>> bit, 1);
}

/**
 * A black square with a number of groups of prefix codes, which alternate between blocks of 4 × 4 pixels.
 * @param isSparse Whether every second number is left out.
 */
export function squareOfGroups(side: number, groups: number, { isSparse = false, cacheBits = 0 } = {}): Buffer {
  const bits = new BitWriter();
  bits.put(0, 1); // no transforms
  bits.put(Number(cacheBits > 0), 1);
  if (cacheBits > 0) bits.put(cacheBits, 4);
  bits.put(1, 1); // several groups
  bits.put(0, 3); // for blocks of 4 × 4
  bits.put(0, 1); // without a cache
  putBytes(bits, 280);
  putBytes(bits, 256);
  for (let code = 0; code < 3; code++) putOnlyZero(bits);
  const step = isSparse ? 2 : 1;
  for (let block = 0; block < Math.ceil(side / 4) ** 2; block++) {
    const group = (block % groups) * step;
    putByte(bits, group & 255);
    putByte(bits, group >>> 8);
  }
  for (let code = 0; code < ((groups - 1) * step + 1) * 5; code++) putOnlyZero(bits);
  return bits.bytes;
}

/**
 * A black square whose predictors, colour transforms and groups are given for each block of 16 × 16 pixels. All of them
 * are 0, and so take no bits.
 */
export function squareWithoutBits(): Buffer {
  const bits = new BitWriter();
  const putBlocks = () => {
    bits.put(2, 3); // for blocks of 16 × 16
    bits.put(0, 1); // without a cache
    for (let code = 0; code < 5; code++) putOnlyZero(bits);
  };
  for (const transform of [0, 1]) {
    bits.put(1, 1);
    bits.put(transform, 2);
    putBlocks();
  }
  bits.put(0, 1); // no more transforms
  bits.put(0, 1); // without a cache
  bits.put(1, 1); // several groups
  putBlocks();
  for (let code = 0; code < 5; code++) putOnlyZero(bits);
  return bits.bytes;
}

/** The content of a VP8L chunk. */
export function lossless(side: number, bitstream: Buffer): Buffer {
  const header = Buffer.alloc(5, 0x2f);
  header.writeUInt32LE(((side - 1) | ((side - 1) << 14)) >>> 0, 1);
  return Buffer.concat([header, bitstream]);
}
