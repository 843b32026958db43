const SMALLEST_CAPACITY = 2 ** 14;
const NO_BYTES = Buffer.alloc(0);

/**
 * A contiguous growing buffer. Concatenating a list of chunks at the end would take twice the memory, and a list of
 * chunks of one byte each a hundred times as much.
 *
 * The first chunk is not copied: most files arrive in one, and memory outside V8's heap that is allocated and dropped
 * for each file makes V8 collect the whole heap.
 */
export class GrowingBuffer {
  readonly #capacity: number;
  #buffer: Buffer = NO_BYTES;
  #length = 0;

  /** @param capacity Expected length, if known. Pages never written to occupy no physical memory. */
  constructor(capacity: number) {
    this.#capacity = Math.max(capacity, SMALLEST_CAPACITY);
  }

  get length(): number {
    return this.#length;
  }

  /** The bytes so far, which must not be changed. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** A copy of exact size. */
  toBuffer(): Buffer {
    return Buffer.concat([this.bytes]);
  }

  append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (this.#length === 0) this.#buffer = chunk;
    else {
      if (length > this.#buffer.length) this.#grow(length);
      chunk.copy(this.#buffer, this.#length);
    }
    this.#length = length;
  }

  clear(): void {
    this.#buffer = NO_BYTES;
    this.#length = 0;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#capacity, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
