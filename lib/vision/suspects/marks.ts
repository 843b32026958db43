/**
 * Marks of suspect and refused images, in memory shared by all threads of the process. Writes need no message to the
 * threads, and a lookup reads a single number if nothing has changed.
 */
export type Mark = "suspect" | "refused";

const HASH_BYTES = 32;
const RECORD_BYTES = 1 + HASH_BYTES;
/** Number of integers in the header: version and count. */
const HEADER_INTS = 2;
const HEADER_BYTES = HEADER_INTS * Int32Array.BYTES_PER_ELEMENT;
const [VERSION, COUNT] = [0, 1];
const kinds: readonly Mark[] = ["suspect", "refused"];

/** @param capacity Maximum number of marked images. */
export function createMarks(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + capacity * RECORD_BYTES);
}

/** Replaces all marks. Must be called from one thread only. Marks beyond the capacity are dropped. */
export function writeMarks(memory: SharedArrayBuffer, marks: ReadonlyMap<string, Mark>): void {
  const header = new Int32Array(memory, 0, HEADER_INTS);
  const records = Buffer.from(memory, HEADER_BYTES);
  const capacity = Math.floor(records.length / RECORD_BYTES);
  // Odd during a write: see `#read`.
  Atomics.add(header, VERSION, 1);
  let count = 0;
  for (const [sha256, mark] of marks) {
    if (count === capacity) break;
    const offset = count++ * RECORD_BYTES;
    records[offset] = kinds.indexOf(mark);
    records.write(sha256, offset + 1, HASH_BYTES, "hex");
  }
  Atomics.store(header, COUNT, count);
  Atomics.add(header, VERSION, 1);
}

export class MarksReader {
  readonly #header: Int32Array;
  readonly #records: Buffer;
  #marks: ReadonlyMap<string, Mark> = new Map();
  #version = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#header = new Int32Array(memory, 0, HEADER_INTS);
    this.#records = Buffer.from(memory, HEADER_BYTES);
  }

  find(sha256: string): Mark | undefined {
    while (Atomics.load(this.#header, VERSION) !== this.#version) this.#read();
    return this.#marks.get(sha256);
  }

  /** Reads all marks, or nothing during a write. */
  #read(): void {
    const version = Atomics.load(this.#header, VERSION);
    if (version % 2 !== 0) return;
    const marks = new Map<string, Mark>();
    const count = Atomics.load(this.#header, COUNT);
    for (let index = 0; index < count; index++) {
      const offset = index * RECORD_BYTES;
      const mark = kinds[this.#records[offset] as number] as Mark;
      marks.set(this.#records.toString("hex", offset + 1, offset + RECORD_BYTES), mark);
    }
    if (Atomics.load(this.#header, VERSION) !== version) return;
    this.#marks = marks;
    this.#version = version;
  }
}
