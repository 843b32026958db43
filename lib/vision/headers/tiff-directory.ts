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

/** Types of the fields that are written, with their bytes per value. */
export const SHORT = 3;
export const FLOAT = 11;
const WRITTEN_BYTES = { [SHORT]: 2, [FLOAT]: 4 } as const;

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

/** A field to be written. */
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

  /** A copy of the file whose first directory is at the end and has these fields, in place of its own or added. */
  with(fields: readonly Field[]): Buffer {
    const [countBytes, entryBytes, wordBytes] = this.isBig ? [8, 20, 8] : [2, 12, 4];
    const tags = [...new Set([...this.#entries.keys(), ...fields.map(({ tag }) => tag)])].sort((a, b) => a - b);
    // Directories begin at even offsets. The one behind this one is never read.
    const start = this.#file.length + (this.#file.length % 2);
    let dataAt = start + countBytes + tags.length * entryBytes + wordBytes;
    const dataBytes = fields.map(({ type, values }) => values.length * WRITTEN_BYTES[type]);
    const copy = Buffer.concat([this.#file], dataAt + dataBytes.reduce((sum, bytes) => sum + bytes, 0));
    this.#write(copy, wordBytes, start, wordBytes);
    this.#write(copy, start, tags.length, countBytes);
    for (const [index, tag] of tags.entries()) {
      const at = start + countBytes + index * entryBytes;
      const field = fields.find((one) => one.tag === tag);
      if (!field) {
        const { start: own } = this.#entries.get(tag) as Entry;
        this.#file.copy(copy, at, own, own + entryBytes);
        continue;
      }
      const bytes = field.values.length * WRITTEN_BYTES[field.type];
      const valueAt = at + entryBytes - wordBytes;
      this.#write(copy, at, tag, 2);
      this.#write(copy, at + 2, field.type, 2);
      this.#write(copy, at + 4, field.values.length, wordBytes);
      if (bytes > wordBytes) this.#write(copy, valueAt, dataAt, wordBytes);
      this.#writeValues(copy, bytes > wordBytes ? dataAt : valueAt, field);
      dataAt += bytes > wordBytes ? bytes : 0;
    }
    return copy;
  }

  #writeValues(target: Buffer, at: number, { type, values }: Field): void {
    for (const [index, value] of values.entries()) {
      const offset = at + index * WRITTEN_BYTES[type];
      if (type === SHORT) this.#write(target, offset, value, WRITTEN_BYTES[type]);
      else if (this.#isLittleEndian) target.writeFloatLE(value, offset);
      else target.writeFloatBE(value, offset);
    }
  }

  #write(target: Buffer, offset: number, number: number, bytes: number): void {
    if (bytes === 8) {
      if (this.#isLittleEndian) target.writeBigUInt64LE(BigInt(number), offset);
      else target.writeBigUInt64BE(BigInt(number), offset);
    } else if (this.#isLittleEndian) target.writeUIntLE(number, offset, bytes);
    else target.writeUIntBE(number, offset, bytes);
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
