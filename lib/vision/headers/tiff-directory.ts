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

/** Bytes per value of all types, including those that are not read here. */
const ALL_TYPE_BYTES: Readonly<Record<number, number>> = {
  ...TYPE_BYTES,
  2: 1, // ASCII
  5: 8, // RATIONAL
  7: 1, // UNDEFINED
  10: 8, // SRATIONAL
  11: 4, // FLOAT
  12: 8, // DOUBLE
};

/** Types of the fields that this class writes, with their bytes per value. */
export const SHORT = 3;
export const FLOAT = 11;
const WRITTEN_BYTES = { [SHORT]: 2, [FLOAT]: 4 } as const;

/**
 * Layout of TIFF and BigTIFF: offset of the offset of the first directory; bytes of a directory's number of entries, of
 * an entry, and of a count, an offset or a value in an entry. The value is at the end of the entry.
 */
const SIZES = {
  classic: { firstDirectory: 4, countBytes: 2, entryBytes: 12, wordBytes: 4 },
  big: { firstDirectory: 8, countBytes: 8, entryBytes: 20, wordBytes: 8 },
} as const;

/** libtiff refuses directories with more entries. */
const MAX_ENTRIES = 4096;

interface Entry {
  /** Offset of the entry. */
  readonly start: number;
  readonly type: number;
  readonly count: number;
  /** Offset of the value or of its offset. */
  readonly field: number;
}

/** A field to write. */
export interface Field {
  readonly tag: number;
  readonly type: typeof SHORT | typeof FLOAT;
  readonly values: readonly number[];
}

export class TiffDirectory {
  readonly isBig: boolean;
  readonly #file: Buffer;
  readonly #isLittleEndian: boolean;
  readonly #entries = new Map<number, Entry>();
  readonly #repeated = new Set<number>();

  /**
   * Reads the file's first directory.
   * @param isCutOff Whether a directory that exceeds the file is accepted with the entries that are in the file.
   * @throws RangeError if the directory exceeds the file; values are read lazily.
   */
  constructor(file: Buffer, { isCutOff = false } = {}) {
    this.#file = file;
    this.#isLittleEndian = file.toString("latin1", 0, 2) === "II";
    this.isBig = this.#uint(2, 2) === 43;
    const { firstDirectory, countBytes, entryBytes, wordBytes } = this.#sizes;
    const start = this.#uint(firstDirectory, wordBytes);
    const first = start + countBytes;
    const given = Math.min(this.#uint(start, countBytes), MAX_ENTRIES + 1);
    const count = isCutOff ? Math.min(given, Math.floor((file.length - first) / entryBytes)) : given;
    for (let index = 0; index < count; index++) this.#add(first + index * entryBytes);
  }

  get #sizes() {
    return SIZES[this.isBig ? "big" : "classic"];
  }

  get hasTooManyEntries(): boolean {
    return this.#entries.size + this.#repeated.size > MAX_ENTRIES;
  }

  isRepeated(tag: number): boolean {
    return this.#repeated.has(tag);
  }

  has(tag: number): boolean {
    return this.#entries.has(tag);
  }

  /** Bytes of the values of all tags, as far as they are in the file. Values may overlap. */
  get valueBytes(): number {
    const { wordBytes } = this.#sizes;
    let sum = 0;
    for (const { type, count, field } of this.#entries.values()) {
      const bytes = count * (ALL_TYPE_BYTES[type] ?? 0);
      const start = this.#uint(field, wordBytes);
      if (bytes > wordBytes && start + bytes <= this.#file.length) sum += bytes;
    }
    return sum;
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
    const { wordBytes } = this.#sizes;
    const isInline = entry.count * bytes <= wordBytes;
    const start = isInline ? entry.field : this.#uint(entry.field, wordBytes);
    return this.#uint(start + index * bytes, bytes);
  }

  /** A copy of the file in which these fields are replaced or added. Its first directory is at the end. */
  withFields(fields: readonly Field[]): Buffer {
    const { countBytes, entryBytes, wordBytes } = this.#sizes;
    const entries = new Map<number, Buffer>();
    for (const [tag, { start }] of this.#entries) entries.set(tag, this.#file.subarray(start, start + entryBytes));
    // Directories and values begin at even offsets.
    let end = this.#file.length + (this.#file.length % 2);
    const outside: Buffer[] = [Buffer.alloc(this.#file.length % 2)];
    for (const field of fields) {
      const values = this.#valuesOf(field);
      const entry = Buffer.alloc(entryBytes);
      this.#write(entry, 0, field.tag, 2);
      this.#write(entry, 2, field.type, 2);
      this.#write(entry, 4, field.values.length, wordBytes);
      if (values.length <= wordBytes) values.copy(entry, entryBytes - wordBytes);
      else {
        this.#write(entry, entryBytes - wordBytes, end, wordBytes);
        outside.push(values);
        end += values.length;
      }
      entries.set(field.tag, entry);
    }
    const count = Buffer.alloc(countBytes);
    this.#write(count, 0, entries.size, countBytes);
    const inOrder = [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
    // The copy has no further directories, which would never be read.
    const copy = Buffer.concat([this.#file, ...outside, count, ...inOrder, Buffer.alloc(wordBytes)]);
    this.#write(copy, this.#sizes.firstDirectory, end, wordBytes);
    return copy;
  }

  #valuesOf({ type, values }: Field): Buffer {
    const bytes = Buffer.alloc(values.length * WRITTEN_BYTES[type]);
    for (const [index, value] of values.entries()) {
      const offset = index * WRITTEN_BYTES[type];
      if (type === SHORT) this.#write(bytes, offset, value, WRITTEN_BYTES[type]);
      else if (this.#isLittleEndian) bytes.writeFloatLE(value, offset);
      else bytes.writeFloatBE(value, offset);
    }
    return bytes;
  }

  #write(target: Buffer, offset: number, number: number, bytes: number): void {
    if (bytes === 8) {
      if (this.#isLittleEndian) target.writeBigUInt64LE(BigInt(number), offset);
      else target.writeBigUInt64BE(BigInt(number), offset);
    } else if (this.#isLittleEndian) target.writeUIntLE(number, offset, bytes);
    else target.writeUIntBE(number, offset, bytes);
  }

  #add(offset: number): void {
    const { entryBytes, wordBytes } = this.#sizes;
    const tag = this.#uint(offset, 2);
    const field = offset + entryBytes - wordBytes;
    // Verifies that the entry is complete.
    this.#uint(field, wordBytes);
    if (this.#entries.has(tag)) {
      this.#repeated.add(tag);
      return;
    }
    const type = this.#uint(offset + 2, 2);
    const count = this.#uint(offset + 4, wordBytes);
    this.#entries.set(tag, { start: offset, type, count, field });
  }

  #uint(offset: number, bytes: number): number {
    // Numbers above 2^53 are impossible as offsets or counts, so rounding them does no harm.
    if (bytes === 8)
      return Number(this.#isLittleEndian ? this.#file.readBigUInt64LE(offset) : this.#file.readBigUInt64BE(offset));
    return this.#isLittleEndian ? this.#file.readUIntLE(offset, bytes) : this.#file.readUIntBE(offset, bytes);
  }
}
