import { hash } from "node:crypto";
import type { BlobSource, BlobUpload, StoredBlob } from "../../ports/blob-store.ts";
import { wholeBlob } from "../blob-source.ts";
import type { PackUpload } from "./pack-upload.ts";

/** A blob that was read to its end. */
export interface ReadBlob {
  readonly sha256: string;
  readonly bytes: number;
  /** The blob's bytes if it is small, and therefore not stored yet. */
  readonly small?: Uint8Array;
}

/**
 * Reads a blob of unknown size, and stores it by itself unless it has at most `smallBytes`.
 * @throws IMAGE_TOO_LARGE past `maxBytes`, and as `BlobUpload.put` does
 */
export type StoreLarge = (source: BlobSource, maxBytes: number, smallBytes: number) => Promise<ReadBlob>;

/** Stores small blobs in packs, which are stored when they are full or the upload ends, and larger ones at once. */
export class PackingUpload implements BlobUpload {
  readonly #packs: PackUpload;
  readonly #storeLarge: StoreLarge;

  constructor(packs: PackUpload, storeLarge: StoreLarge) {
    this.#packs = packs;
    this.#storeLarge = storeLarge;
  }

  async put(source: BlobSource, maxBytes: number): Promise<StoredBlob> {
    const { maxBlobBytes } = this.#packs;
    const whole = wholeBlob(source);
    // Adds it without waiting for anything, so that the order of the calls is that of the blobs in packs.
    if (whole && whole.length <= Math.min(maxBytes, maxBlobBytes)) return this.#pack(hash("sha256", whole), whole);
    if (whole) await this.#packs.close();
    const { sha256, bytes, small } = await this.#storeLarge(source, maxBytes, maxBlobBytes);
    return small ? this.#pack(sha256, small) : { sha256, bytes };
  }

  end(): Promise<void> {
    return this.#packs.end();
  }

  abandon(): Promise<void> {
    return this.#packs.abandon();
  }

  async #pack(sha256: string, blob: Uint8Array): Promise<StoredBlob> {
    return { sha256, bytes: blob.length, pack: await this.#packs.add(sha256, blob) };
  }
}
