import { createHash, hash } from "node:crypto";
import { Semaphore } from "async-mutex";
import pMap from "p-map";
import { type ImageReference, isPackName } from "../../contracts/image-source.ts";
import { isSha256 } from "../../contracts/sha256.ts";
import { failure } from "../../errors.ts";
import type { BlobMemory, BlobSource, BlobStore, BlobUpload } from "../../ports/blob-store.ts";
import { limited } from "../blob-source.ts";
import { isId } from "../id.ts";
import { blobOfPack } from "../packs/pack.ts";
import { PackCache } from "../packs/pack-cache.ts";
import { PackUpload } from "../packs/pack-upload.ts";
import { PackingUpload, type StoreLarge } from "../packs/packing-upload.ts";
import type { Bucket } from "./bucket.ts";
import type { ListedObject } from "./listing.ts";
import type { OldVersions } from "./old-versions.ts";

/**
 * Concurrent requests that list and delete objects. An erasure covers many jobs at once, and services limit the
 * requests and connections of one address.
 */
const CLEARING_IN_FLIGHT = 16;
/**
 * How long the answer about old versions is valid, because jobs end all the time. Versions that stay of a job that ends
 * meanwhile are found by its owner's erasure, or by the daily search.
 */
const VERSIONS_KNOWN_FOR_MS = 60_000;
const unaccounted: BlobMemory = { hold() {}, hand: () => () => {} };

/**
 * Blobs in a bucket. The objects of a job begin with its id: `<job>/packs/<name>` has several small blobs,
 * `<job>/blobs/<sha256>` a larger one. An object is there whole or not at all, and no object depends on another, so an
 * upload may end at any point.
 */
export class S3BlobStore implements BlobStore {
  readonly #bucket: Bucket;
  readonly #folder: string;
  readonly #oldVersions: OldVersions | undefined;
  readonly #packs: PackCache;
  readonly #clearing = new Semaphore(CLEARING_IN_FLIGHT);
  /** Lists everything that must be gone for a job to have nothing in the bucket. */
  readonly #list: Bucket["list"];

  /**
   * @param folder Prefix of all keys, empty or with a final `/`.
   * @param oldVersions Old versions of deleted objects, which are then deleted too. Without it, the bucket keeps none.
   */
  constructor(bucket: Bucket, folder: string, oldVersions?: OldVersions) {
    this.#bucket = bucket;
    this.#oldVersions = oldVersions;
    const list: Bucket["list"] = (...of) => (oldVersions?.areKept ? bucket.listVersions(...of) : bucket.list(...of));
    this.#list = (...of) => this.#clearing.runExclusive(() => list(...of));
    this.#folder = folder;
    this.#packs = new PackCache((key) => bucket.get(key));
  }

  async upload(jobId: string, memory: BlobMemory = unaccounted): Promise<BlobUpload> {
    const start = this.#keysOf(jobId);
    const storePack = (name: string, pack: Buffer) =>
      this.#bucket.put(`${start}packs/${name}`, pack, hash("sha256", pack));
    const storeLarge: StoreLarge = async (source, maxBytes, smallBytes) => {
      const { blob, sha256 } = await collected(source, maxBytes);
      const read = { sha256, bytes: blob.length };
      if (blob.length <= smallBytes) return { ...read, small: blob };
      await this.#bucket.put(`${start}blobs/${sha256}`, blob, sha256);
      return read;
    };
    return new PackingUpload(new PackUpload(storePack, memory), storeLarge);
  }

  /** An object is safe when the bucket acknowledges it. */
  async sync(): Promise<void> {}

  async get(reference: ImageReference): Promise<Buffer | undefined> {
    const key = this.#keyOf(reference);
    if (key === undefined) return undefined;
    if (reference.pack === undefined) return this.#bucket.get(key);
    const pack = await this.#packs.get(key);
    return pack && blobOfPack(pack, reference.sha256);
  }

  /** Uses a list, because the answer to a HEAD request does not tell whether the object or the bucket is missing. */
  async has(reference: ImageReference): Promise<boolean> {
    const key = this.#keyOf(reference);
    if (key === undefined) return false;
    const { objects } = await this.#bucket.list(key, { "max-keys": "1" });
    return objects[0]?.key === key;
  }

  async delete(jobId: string): Promise<void> {
    const start = this.#keysOf(jobId);
    await this.#oldVersions?.ask(VERSIONS_KNOWN_FOR_MS);
    this.#packs.forget(start);
    for (let from: Readonly<Record<string, string>> | undefined = {}; from; ) {
      const { objects, next }: Awaited<ReturnType<Bucket["list"]>> = await this.#list(start, from);
      const versions = Map.groupBy(objects, ({ key }) => key).values();
      // Stops after a failure: if the bucket does not answer, each deletion is retried for long.
      await pMap(versions, (ofKey) => this.#deleteVersions(ofKey), { concurrency: CLEARING_IN_FLIGHT });
      // Reads the first page again, since its objects are gone by then. If it was empty, because much was deleted
      // before, the next page is read.
      from = next && objects.length > 0 ? {} : next;
    }
  }

  /** An erasure calls this to know that nothing is left, so an earlier answer of the bucket is not enough. */
  async hasAny(jobId: string): Promise<boolean> {
    await this.#oldVersions?.ask();
    for await (const { objects } of this.#bucket.pages(this.#list, this.#keysOf(jobId), { "max-keys": "1" }))
      if (objects.length > 0) return true;
    return false;
  }

  async isOlderThan(jobId: string, ageMs: number): Promise<boolean> {
    let hasAny = false;
    for await (const { objects, time } of this.#bucket.pages(this.#list, this.#keysOf(jobId))) {
      if (objects.some(({ storedAt }) => !(time - storedAt > ageMs))) return false;
      hasAny ||= objects.length > 0;
    }
    return hasAny;
  }

  async *jobIds(): AsyncIterable<string> {
    await this.#oldVersions?.ask();
    for await (const { prefixes } of this.#bucket.pages(this.#list, this.#folder, { delimiter: "/" }))
      yield* prefixes.map((prefix) => prefix.slice(this.#folder.length, -1)).filter(isId);
  }

  /** Deletes one after the other: a service that gets two requests for the same key at once may refuse one. */
  async #deleteVersions(versions: readonly ListedObject[]): Promise<void> {
    for (const { key, versionId } of versions)
      await this.#clearing.runExclusive(() => this.#bucket.delete(key, versionId));
  }

  /** The object that has the blob. Undefined if the reference names no blob. @throws JOB_NOT_FOUND */
  #keyOf({ jobId, sha256, pack }: ImageReference): string | undefined {
    if (!isSha256(sha256)) return undefined;
    const start = this.#keysOf(jobId);
    if (pack === undefined) return `${start}blobs/${sha256}`;
    return isPackName(pack) ? `${start}packs/${pack}` : undefined;
  }

  /** Prefix of the keys of the job's objects. */
  #keysOf(jobId: string): string {
    if (!isId(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
    return `${this.#folder}${jobId}/`;
  }
}

/**
 * Reads the whole blob: a bucket takes an object of unknown length only in parts, under a key that must be known
 * before.
 */
async function collected(source: BlobSource, maxBytes: number): Promise<{ blob: Uint8Array; sha256: string }> {
  const hashed = createHash("sha256");
  const chunks: Uint8Array[] = [];
  for await (const chunk of limited(source, maxBytes)) {
    hashed.update(chunk);
    chunks.push(chunk);
  }
  const [only] = chunks;
  return { blob: chunks.length === 1 && only ? only : Buffer.concat(chunks), sha256: hashed.digest("hex") };
}
