/**
 * A directory (IFD) of a TIFF file or of an Exif block, which is a small TIFF file.
 * Sources: TIFF 6.0, section 2; BigTIFF as libtiff defines it (64-bit offsets, version 43).
 */

/**
 * Bytes per value of each field type. libtiff reads signed numbers too, and some writers use them; negative ones come
 * out large. LONG8, SLONG8 and IFD8 are BigTIFF's.
 */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1, // BYTE
  3: 2, // SHORT
  4: 4, // LONG
  6: 1, // SBYTE
  8: 2, // SSHORT
  9: 4, // SLONG
  13: 4, // IFD
  16: 8, // LONG8
  17: 8, // SLONG8
  18: 8, // IFD8
};

const SHORT = 3;

/** libtiff refuses directories with more entries. */
const MAX_ENTRIES = 4096;

interface Entry {
  /** Offset of the entry. */
  readonly start: number;
  readonly type: number;
  readonly count: number;
  /** Offset of the field with the value or its offset. */
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
   * @throws RangeError if the directory exceeds the file; values are read lazily.
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

  /** Number of values of a tag; 0 if the tag is missing. */
  count(tag: number): number {
    return this.#entries.get(tag)?.count ?? 0;
  }

  /**
   * One value of a tag; undefined if the tag is missing, has fewer values or is not an integer.
   * @throws RangeError if the value lies outside the file.
   */
  value(tag: number, index = 0): number | undefined {
    const entry = this.#entries.get(tag);
    const bytes = entry && TYPE_BYTES[entry.type];
    if (!bytes || index >= entry.count) return undefined;
    const isInline = entry.count * bytes <= (this.isBig ? 8 : 4);
    const start = isInline ? entry.field : this.#uint(entry.field, this.isBig ? 8 : 4);
    return this.#uint(start + index * bytes, bytes);
  }

  /** A copy of the file in which existing tags each have a single SHORT value. */
  withShorts(changes: readonly (readonly [tag: number, value: number])[]): Buffer {
    const copy = Buffer.from(this.#file);
    const write = (offset: number, number: number) =>
      this.#isLittleEndian ? copy.writeUInt16LE(number, offset) : copy.writeUInt16BE(number, offset);
    for (const [tag, value] of changes) {
      const { start, field } = this.#entries.get(tag) as Entry;
      copy.fill(0, start + 4, field + (this.isBig ? 8 : 4));
      write(start + 2, SHORT);
      write(this.#isLittleEndian ? start + 4 : field - 2, 1); // the count
      write(field, value);
    }
    return copy;
  }

  #add(offset: number): void {
    const tag = this.#uint(offset, 2);
    // Read the last field to verify that the entry is complete.
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
    // Numbers above 2^53 are impossible as offsets or counts, so rounding them does no harm.
    if (bytes === 8)
      return Number(this.#isLittleEndian ? this.#file.readBigUInt64LE(offset) : this.#file.readBigUInt64BE(offset));
    return this.#isLittleEndian ? this.#file.readUIntLE(offset, bytes) : this.#file.readUIntBE(offset, bytes);
  }
}
