/** libwebp initially reads this many bits. Missing ones count as zeros. */
const LEAST_BITS = 64;

/** Reads a buffer bit by bit, the lowest bit of a byte first. */
export class LowBits {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = Math.max(LEAST_BITS, bytes.length * 8);
  }

  /** @param count At most 24. @throws RangeError past the end. */
  read(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value |= this.readBit() << index;
    return value;
  }

  /** @throws RangeError past the end. */
  readBit(): number {
    // Throws the RangeError of Node, as all readers of headers do.
    if (this.#at >= this.#end) this.#bytes.readUInt8(this.#bytes.length);
    const bit = ((this.#bytes[this.#at >>> 3] ?? 0) >>> (this.#at & 7)) & 1;
    this.#at += 1;
    return bit;
  }
}
