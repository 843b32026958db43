const SMALLEST_CAPACITY = 2 ** 14;

/**
 * A contiguous growing buffer. Concatenating a list of chunks at the end would take twice the memory, and a list of
 * chunks of one byte each a hundred times as much.
 */
export class GrowingBuffer {
  #buffer: Buffer;
  #length = 0;

  /** @param capacity Expected length, if known. Pages never written to occupy no physical memory. */
  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(capacity, SMALLEST_CAPACITY));
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** A copy of exact size. */
  toBuffer(): Buffer {
    return Buffer.concat([this.bytes]);
  }

  append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = length;
  }

  clear(): void {
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
  }
}
