import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";

/** Header of each blob: SHA-256 (32 bytes) and length (4 bytes, big-endian). */
const HEADER_BYTES = 36;

interface Place {
  readonly offset: number;
  readonly length: number;
}

/**
 * The small blobs of a job, concatenated in one file.
 *
 * One file per image would be simpler, but needs an inode each. ext4 searches for one past all recently freed inodes,
 * so a service that stores and deletes a thousand images per second slows down with each (measured: 60 µs for the first
 * thousand, 800 µs on average over the first ten thousand). A pack needs one inode per job.
 *
 * Reads and writes are synchronous: with the page cache, that is faster than handing them to another thread. A blob
 * left incomplete by a crash is truncated when the file is next opened.
 */
export class BlobPack {
  readonly #path: string;
  readonly #places = new Map<string, Place>();
  #end = 0;

  /** Opens or creates the file. @throws file system errors */
  constructor(path: string) {
    this.#path = path;
    this.#withFile("a+", (file) => this.#readHeaders(file));
  }

  has(sha256: string): boolean {
    return this.#places.has(sha256);
  }

  put(sha256: string, blob: Uint8Array): void {
    if (this.#places.has(sha256)) return;
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(sha256, "hex");
    header.writeUInt32BE(blob.length, 32);
    this.#withFile("r+", (file) => {
      try {
        writeAll(file, header, this.#end);
        writeAll(file, blob, this.#end + HEADER_BYTES);
      } catch (error) {
        ftruncateSync(file, this.#end);
        throw error;
      }
    });
    this.#places.set(sha256, { offset: this.#end + HEADER_BYTES, length: blob.length });
    this.#end += HEADER_BYTES + blob.length;
  }

  /** The blob in its own ArrayBuffer, which can be transferred to a thread. */
  get(sha256: string): Buffer | undefined {
    const place = this.#places.get(sha256);
    if (!place) return undefined;
    const blob = Buffer.from(new ArrayBuffer(place.length));
    return this.#withFile("r", (file) => (readAll(file, blob, place.offset) ? blob : undefined));
  }

  #readHeaders(file: number): void {
    const { size } = fstatSync(file);
    const header = Buffer.alloc(HEADER_BYTES);
    while (this.#end + HEADER_BYTES <= size && readAll(file, header, this.#end)) {
      const length = header.readUInt32BE(32);
      const next = this.#end + HEADER_BYTES + length;
      if (next > size) break;
      this.#places.set(header.toString("hex", 0, 32), { offset: this.#end + HEADER_BYTES, length });
      this.#end = next;
    }
    if (this.#end < size) ftruncateSync(file, this.#end);
  }

  /** Opens the file per operation: there may be more jobs than file descriptors. */
  #withFile<T>(flags: string, action: (file: number) => T): T {
    const file = openSync(this.#path, flags);
    try {
      return action(file);
    } finally {
      closeSync(file);
    }
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; )
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
}

function readAll(file: number, bytes: Uint8Array, position: number): boolean {
  for (let read = 0; read < bytes.length; ) {
    const count = readSync(file, bytes, read, bytes.length - read, position + read);
    if (count === 0) return false;
    read += count;
  }
  return true;
}
