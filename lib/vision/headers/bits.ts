/** Reads a buffer bit by bit, the highest bit of a byte first. */
export class Bits {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @param count At most 32. @throws RangeError past the end. */
  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0; ) {
      const offset = this.#at & 7;
      const taken = Math.min(left, 8 - offset);
      const byte = this.#bytes.readUInt8(this.#at >>> 3);
      value = value * 2 ** taken + ((byte >>> (8 - offset - taken)) & (2 ** taken - 1));
      this.#at += taken;
      left -= taken;
    }
    return value;
  }

  readFlag(): boolean {
    return this.read(1) === 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /**
   * The number of zeros before the next one bit: the prefix of an Exp-Golomb code, and of AV1's `uvlc()`.
   * @throws RangeError past the end.
   */
  readZeros(): number {
    let zeros = 0;
    while (!this.readFlag()) zeros++;
    return zeros;
  }
}
