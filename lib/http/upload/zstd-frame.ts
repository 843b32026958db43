/**
 * Finds the end of a zstd frame. Node's decoder rejects data after a frame, but accepts another frame that begins with
 * a chunk, so its result would depend on how the bytes arrive. Source: RFC 8878, section 3.1.
 */

const SKIPPABLE = 0x184d2a5;
const RUN = 1;

/** Yields the lengths of the frame's fields, and gets the bytes of fields of up to `LONGEST_READ`. */
function* fields(): Generator<number, void, Buffer> {
  if ((yield 4).readUInt32LE() >>> 4 === SKIPPABLE) {
    yield (yield 4).readUInt32LE();
    return;
  }
  const descriptor = (yield 1).readUInt8();
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const [sizeFlag, dictionaryFlag] = [descriptor >>> 6, descriptor & 3];
  const sizeBytes = sizeFlag === 0 ? Number(isSingleSegment) : 2 ** sizeFlag;
  yield Number(!isSingleSegment) + ([0, 1, 2, 4][dictionaryFlag] as number) + sizeBytes;
  for (let isLast = false; !isLast; ) {
    const block = (yield 3).readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    yield ((block >>> 1) & 3) === RUN ? 1 : block >>> 3;
  }
  if ((descriptor & 4) !== 0) yield 4; // the checksum
}

const LONGEST_READ = 4;

/** Follows the first frame of a body. */
export class ZstdFrame {
  readonly #fields = fields();
  #field = Buffer.alloc(0);
  #left = 0;
  #isOver = false;

  constructor() {
    this.#next();
  }

  /** @returns whether the frame ends before the chunk does. */
  endsBefore(chunk: Buffer): boolean {
    let offset = 0;
    while (!this.#isOver && offset < chunk.length) {
      const part = chunk.subarray(offset, offset + this.#left);
      if (this.#field.length + this.#left <= LONGEST_READ) this.#field = Buffer.concat([this.#field, part]);
      offset += part.length;
      this.#left -= part.length;
      if (this.#left === 0) this.#next();
    }
    return offset < chunk.length;
  }

  #next(): void {
    while (this.#left === 0 && !this.#isOver) {
      const { value, done } = this.#fields.next(this.#field);
      this.#field = Buffer.alloc(0);
      this.#isOver = done === true;
      this.#left = value ?? 0;
    }
  }
}
