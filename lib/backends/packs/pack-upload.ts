import { randomBytes } from "node:crypto";
import { Mutex } from "async-mutex";
import { MAX_PARCEL_BYTES, MAX_PARCEL_IMAGES } from "../../jobs/parcel.ts";
import type { BlobMemory } from "../../ports/blob-store.ts";
import { BLOB_HEADER_BYTES } from "../blob-header.ts";
import { packOf } from "./pack.ts";

/** Stores a pack under its name. */
export type StorePack = (name: string, pack: Buffer) => Promise<unknown>;

/** Packs of one upload in flight. */
const IN_FLIGHT = 2;

/**
 * Collects the small blobs of one upload into packs, in the order in which they are added, and stores each pack when
 * the next blob does not fit. An upload has at most one pack that is being filled and two in flight, 1.5 MiB. The
 * division of a list of blobs depends on their sizes alone. A pack has at most as many blobs as a parcel may have
 * images, each counted as often as it was added, and at most as many bytes, if a pack may be that large.
 */
export class PackUpload {
  readonly #store: StorePack;
  readonly #memory: BlobMemory;
  readonly maxBlobBytes: number;
  readonly #sending = new Set<Promise<void>>();
  /** Keeps the order: a blob must not overtake others that wait for a pack in flight. */
  readonly #inOrder = new Mutex();
  #name = newName();
  #blobs = new Map<string, Uint8Array>();
  #count = 0;
  #bytes = 0;
  /** The error because of which no more blobs are taken. */
  #error: unknown;

  /** @param maxPackBytes Limit of one pack. */
  constructor(store: StorePack, memory: BlobMemory, maxPackBytes = Number.POSITIVE_INFINITY) {
    this.#store = store;
    this.#memory = memory;
    this.maxBlobBytes = Math.min(MAX_PARCEL_BYTES, maxPackBytes - MAX_PARCEL_IMAGES * BLOB_HEADER_BYTES);
  }

  /**
   * Adds a blob of at most `maxBlobBytes`, as soon as a pack has room for it.
   * @returns the pack's name.
   * @throws the error of a pack that could not be stored
   */
  add(sha256: string, blob: Uint8Array): Promise<string> {
    return this.#inOrder.runExclusive(async () => {
      while (!this.#error && !this.#hasRoom(blob)) await this.#sendWhenPossible();
      if (this.#error) throw this.#error;
      this.#blobs.set(sha256, blob);
      this.#count++;
      this.#bytes += blob.length;
      this.#memory.hold(this.#bytes);
      return this.#name;
    });
  }

  /** Closes the pack that is being filled, so that a pack has only blobs that follow each other. */
  close(): Promise<void> {
    return this.#inOrder.runExclusive(async () => {
      while (!this.#error && this.#count > 0) await this.#sendWhenPossible();
    });
  }

  /** Resolves when all packs are stored. @throws the error of a pack that could not be stored */
  async end(): Promise<void> {
    await this.close();
    await Promise.all(this.#sending);
    if (this.#error) throw this.#error;
  }

  /** Resolves when no pack is in flight. The pack that is being filled is dropped. */
  async abandon(): Promise<void> {
    this.#error ??= new Error("The upload was abandoned.");
    this.#empty();
    await Promise.all(this.#sending);
  }

  #hasRoom({ length }: Uint8Array): boolean {
    return this.#count < MAX_PARCEL_IMAGES && this.#bytes + length <= this.maxBlobBytes;
  }

  async #sendWhenPossible(): Promise<void> {
    if (this.#sending.size < IN_FLIGHT) this.#send();
    else await Promise.race(this.#sending);
  }

  #send(): void {
    const stored = this.#memory.hand(this.#bytes);
    const sending = this.#store(this.#name, packOf(this.#blobs))
      .then(
        () => {},
        (error) => {
          this.#error ??= error;
          this.#empty();
        },
      )
      .finally(() => {
        stored();
        this.#sending.delete(sending);
      });
    this.#sending.add(sending);
    this.#empty();
  }

  #empty(): void {
    this.#name = newName();
    this.#blobs = new Map();
    this.#count = 0;
    this.#bytes = 0;
    this.#memory.hold(0);
  }
}

function newName(): string {
  return randomBytes(16).toString("base64url");
}
