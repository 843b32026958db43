import { hash } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { BLOB_HEADER_BYTES, blobHeader, readBlobHeader } from "../blob-header.ts";
import { coalesced, syncFile } from "./disk-sync.ts";

interface Place {
  readonly offset: number;
  readonly length: number;
  /**
   * True if the blob was found when the file was opened. After a power failure, the data after its header may be
   * missing.
   */
  readonly isUnverified?: true;
}

/**
 * The small blobs of a job, concatenated in one file.
 *
 * One file per image would be simpler, but needs an inode each. ext4 searches for one past all recently freed inodes,
 * so a service that stores and deletes a thousand images per second slows down with each (measured: 60 µs for the first
 * thousand, 800 µs on average over the first ten thousand). A pack needs one inode per job.
 *
 * Reads and writes are synchronous: with the page cache, that is faster than handing them to another thread. Syncing is
 * not. A blob left incomplete by a crash is truncated when the file is next opened.
 */
export class BlobPack {
  readonly #path: string;
  readonly #places = new Map<string, Place>();
  readonly #sync: () => Promise<void>;
  #end = 0;

  /** Opens or creates the file. @throws file system errors */
  constructor(path: string) {
    this.#path = path;
    this.#sync = coalesced(() => syncFile(path));
    this.#withFile("a+", (file) => this.#readHeaders(file));
  }

  put(sha256: string, blob: Uint8Array): void {
    if (!this.#holds(sha256)) this.#append(sha256, blob);
  }

  /** Resolves when the blobs are on the disk. Concurrent calls share a sync. @throws file system errors */
  async sync(): Promise<void> {
    try {
      await this.#sync();
    } catch (error) {
      // The file is gone when its job was deleted meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  /** Number of blobs. The place of each takes about 150 bytes of memory. */
  get size(): number {
    return this.#places.size;
  }

  /** The blob in its own ArrayBuffer, which can be transferred to a thread. */
  get(sha256: string): Buffer | undefined {
    const place = this.#places.get(sha256);
    if (!place) return undefined;
    const blob = Buffer.from(new ArrayBuffer(place.length));
    return this.#withFile("r", (file) => (readAll(file, blob, place.offset) ? blob : undefined));
  }

  /** Whether the blob was put. After a power failure it may be damaged. Does not read the blob. */
  has(sha256: string): boolean {
    return this.#places.has(sha256);
  }

  #holds(sha256: string): boolean {
    const place = this.#places.get(sha256);
    if (!place?.isUnverified) return place !== undefined;
    const blob = this.get(sha256);
    if (blob === undefined || hash("sha256", blob) !== sha256) return false;
    this.#places.set(sha256, { offset: place.offset, length: place.length });
    return true;
  }

  #append(sha256: string, blob: Uint8Array): void {
    const header = blobHeader(sha256, blob.length);
    this.#withFile("r+", (file) => {
      try {
        writeAll(file, header, this.#end);
        writeAll(file, blob, this.#end + BLOB_HEADER_BYTES);
      } catch (error) {
        ftruncateSync(file, this.#end);
        throw error;
      }
    });
    this.#places.set(sha256, { offset: this.#end + BLOB_HEADER_BYTES, length: blob.length });
    this.#end += BLOB_HEADER_BYTES + blob.length;
  }

  #readHeaders(file: number): void {
    const { size } = fstatSync(file);
    const header = Buffer.alloc(BLOB_HEADER_BYTES);
    while (this.#end + BLOB_HEADER_BYTES <= size && readAll(file, header, this.#end)) {
      const { sha256, length } = readBlobHeader(header);
      const next = this.#end + BLOB_HEADER_BYTES + length;
      if (next > size) break;
      const place = { offset: this.#end + BLOB_HEADER_BYTES, length, isUnverified: true } as const;
      this.#places.set(sha256, place);
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
