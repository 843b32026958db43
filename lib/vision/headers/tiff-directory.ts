/**
 * A directory (IFD) of a TIFF file or of an Exif block, which is a small TIFF file.
 * Sources: TIFF 6.0, section 2; BigTIFF as libtiff defines it (64-bit offsets, version 43).
 */

/** What each field type takes in the file, in bytes. LONG8, SLONG8 and IFD8 are BigTIFF's. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1, // BYTE
  3: 2, // SHORT
  4: 4, // LONG
  13: 4, // IFD
  16: 8, // LONG8
  18: 8, // IFD8
};

const SHORT = 3;

/** libtiff reads no directory with more entries than this. */
const MAX_ENTRIES = 4096;

interface Entry {
  /** Where the entry begins. */
  readonly start: number;
  readonly type: number;
  readonly count: number;
  /** Where the field of the value, or of its offset, begins. */
  readonly field: number;
}

export class TiffDirectory {
  readonly isBig: boolean;
  readonly #file: Buffer;
  readonly #isLittleEndian: boolean;
  readonly #entries = new Map<number, Entry>();
  readonly #repeated = new Set<number>();

  /**
   * Reads the file's first directory.
   * @throws RangeError where the directory is not inside the file; its values are looked at when they are asked for.
   */
  constructor(file: Buffer) {
    this.#file = file;
    this.#isLittleEndian = file.toString("latin1", 0, 2) === "II";
    this.isBig = this.#uint(2, 2) === 43;
    const start = this.isBig ? this.#uint(8, 8) : this.#uint(4, 4);
    const countBytes = this.isBig ? 8 : 2;
    const entryBytes = this.isBig ? 20 : 12;
    const count = Math.min(this.#uint(start, countBytes), MAX_ENTRIES + 1);
    for (let index = 0; index < count; index++) this.#add(start + countBytes + index * entryBytes);
  }

  get hasTooManyEntries(): boolean {
    return this.#entries.size + this.#repeated.size > MAX_ENTRIES;
  }

  isRepeated(tag: number): boolean {
    return this.#repeated.has(tag);
  }

  /** How many values a tag has; 0 where the tag is missing. */
  count(tag: number): number {
    return this.#entries.get(tag)?.count ?? 0;
  }

  /**
   * One value of a tag; undefined where the tag is missing, has fewer values or is not of unsigned integers.
   * @throws RangeError where the value is not inside the file.
   */
  value(tag: number, index = 0): number | undefined {
    const entry = this.#entries.get(tag);
    const bytes = entry && TYPE_BYTES[entry.type];
    if (!bytes || index >= entry.count) return undefined;
    const isInline = entry.count * bytes <= (this.isBig ? 8 : 4);
    const start = isInline ? entry.field : this.#uint(entry.field, this.isBig ? 8 : 4);
    return this.#uint(start + index * bytes, bytes);
  }

  /** A copy of the file in which a tag has one SHORT as its value. The tag has to be there. */
  withShort(tag: number, value: number): Buffer {
    const { start, field } = this.#entries.get(tag) as Entry;
    const copy = Buffer.from(this.#file);
    const write = (offset: number, number: number) =>
      this.#isLittleEndian ? copy.writeUInt16LE(number, offset) : copy.writeUInt16BE(number, offset);
    copy.fill(0, start + 4, field + (this.isBig ? 8 : 4));
    write(start + 2, SHORT);
    write(this.#isLittleEndian ? start + 4 : field - 2, 1); // the count
    write(field, value);
    return copy;
  }

  #add(offset: number): void {
    const tag = this.#uint(offset, 2);
    // The last field is read to see that the whole entry is there.
    this.#uint(offset + (this.isBig ? 12 : 8), this.isBig ? 8 : 4);
    if (this.#entries.has(tag)) {
      this.#repeated.add(tag);
      return;
    }
    const type = this.#uint(offset + 2, 2);
    const count = this.#uint(offset + 4, this.isBig ? 8 : 4);
    this.#entries.set(tag, { start: offset, type, count, field: offset + (this.isBig ? 12 : 8) });
  }

  #uint(offset: number, bytes: number): number {
    // Numbers above 2^53 are offsets and counts that no file has: that they are rounded does not matter.
    if (bytes === 8)
      return Number(this.#isLittleEndian ? this.#file.readBigUInt64LE(offset) : this.#file.readBigUInt64BE(offset));
    return this.#isLittleEndian ? this.#file.readUIntLE(offset, bytes) : this.#file.readUIntBE(offset, bytes);
  }
}
