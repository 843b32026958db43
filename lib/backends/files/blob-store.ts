import { createHash, hash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { mkdir, open, opendir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { ImageReference } from "../../contracts/image-source.ts";
import { isSha256 } from "../../contracts/sha256.ts";
import { failure } from "../../errors.ts";
import type { BlobSource, BlobStore, BlobUpload, StoredBlob } from "../../ports/blob-store.ts";
import { limited, wholeBlob } from "../blob-source.ts";
import { isId } from "../id.ts";
import { BlobPack } from "./blob-pack.ts";
import { coalesced, syncFolder } from "./disk-sync.ts";
import { asFileFailure } from "./file-failure.ts";

/** Folder of uploads in progress. It is next to the jobs' folders, because a rename must not cross file systems. */
const INCOMING = ".incoming";
/** File that packs a job's small images. */
const PACK = "pack";
const SMALL_BYTES = 256 * 1024;
/** A pack without blobs takes as much memory as the places of some. */
const PACK_OVERHEAD = 8;

/** Which packs stay open. */
interface OpenPacks {
  /**
   * Blobs whose places are in memory, for all jobs: by default about 150 MB. Opening a pack again takes 5 µs for each
   * of its blobs, so all jobs that are uploaded or processed at the same time should fit.
   */
  readonly knownBlobs?: number;
  /** How long a pack stays open after its last use. Jobs that wait, or have failed, need none. */
  readonly openMs?: number;
}

/** One folder per job: each large image is a file `<sha256>`, small images share one pack. */
export class FileBlobStore implements BlobStore {
  readonly #folder: string;
  /** The packs that were used last. All uses but syncs are synchronous, so no other object of a pack is in use. */
  readonly #packs: LRUCache<string, BlobPack>;
  readonly #syncRoot: () => Promise<void>;
  /** After a failed sync of a folder, the operating system no longer knows which names are missing on the disk. */
  #folderError: unknown;
  /** The same for the packs of jobs. A pack that is opened again would not know of it. */
  readonly #packErrors = new Map<string, unknown>();

  private constructor(folder: string, { knownBlobs = 2 ** 20, openMs = 60_000 }: OpenPacks) {
    this.#folder = folder;
    this.#packs = new LRUCache({
      maxSize: knownBlobs,
      // A pack that is larger than the cache is kept nevertheless, with room for those of other jobs.
      sizeCalculation: ({ size }) => Math.min(PACK_OVERHEAD + size, Math.ceil(knownBlobs / 2)),
      ttl: openMs,
      ttlAutopurge: true,
      updateAgeOnGet: true,
    });
    this.#syncRoot = coalesced(() => syncFolder(folder));
  }

  /** Prepares the folder and removes uploads interrupted by a crash. @throws STORAGE_FULL */
  static async open(folder: string, openPacks: OpenPacks = {}): Promise<FileBlobStore> {
    try {
      await rm(join(folder, INCOMING), { recursive: true, force: true });
      await mkdir(join(folder, INCOMING), { recursive: true });
    } catch (error) {
      throw asFileFailure(error);
    }
    return new FileBlobStore(folder, openPacks);
  }

  /** Each blob is stored when its `put` resolves. */
  async upload(jobId: string): Promise<BlobUpload> {
    const jobFolder = this.#jobFolder(jobId);
    return {
      put: (source, maxBytes) => this.#put(jobId, jobFolder, source, maxBytes),
      async end() {},
      async abandon() {},
    };
  }

  async #put(jobId: string, jobFolder: string, source: BlobSource, maxBytes: number): Promise<StoredBlob> {
    const incoming = join(this.#folder, INCOMING, randomUUID());
    const small = smallBlob(source, maxBytes);
    try {
      if (small) return this.#putSmall(jobId, small);
      const blob = await writeFileHashed(incoming, source, maxBytes);
      makeFolder(jobFolder);
      await rename(incoming, join(jobFolder, blob.sha256));
      return blob;
    } catch (error) {
      // A file that cannot be removed now is removed at the next start.
      await rm(incoming, { force: true }).catch(() => {});
      throw asFileFailure(error);
    }
  }

  async sync(jobId: string): Promise<void> {
    const folder = this.#jobFolder(jobId);
    try {
      await Promise.all([this.#syncPack(jobId), syncFolder(folder)]);
      await this.#syncRoot();
      // Needed even if these syncs succeeded: an earlier one may have failed while they waited.
      if (this.#folderError) throw this.#folderError;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      // A job without images has no folder, and neither has a job that was deleted meanwhile.
      if (code === "ENOENT") return;
      if (syscall === "fsync") this.#folderError ??= error;
      throw asFileFailure(error);
    }
  }

  async get({ jobId, sha256 }: ImageReference): Promise<Buffer | undefined> {
    if (!isSha256(sha256)) return undefined;
    const path = join(this.#jobFolder(jobId), sha256);
    return this.#unlessGone(() => this.#existingPack(jobId)?.get(sha256) ?? readFile(path));
  }

  async has({ jobId, sha256 }: ImageReference): Promise<boolean> {
    if (!isSha256(sha256)) return false;
    const path = join(this.#jobFolder(jobId), sha256);
    return (await this.#unlessGone(() => this.#existingPack(jobId)?.has(sha256) || existsSync(path))) ?? false;
  }

  async delete(jobId: string): Promise<void> {
    this.#packs.delete(jobId);
    this.#packErrors.delete(jobId);
    // Retried, since an image that arrives meanwhile makes the folder non-empty; its uploader removes it if its job is
    // gone.
    const folder = this.#jobFolder(jobId);
    try {
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 });
    } catch (error) {
      throw asFileFailure(error);
    }
  }

  async hasAny(jobId: string): Promise<boolean> {
    return existsSync(this.#jobFolder(jobId));
  }

  async isOlderThan(jobId: string, ageMs: number, now: number): Promise<boolean> {
    const folder = this.#jobFolder(jobId);
    // The modification time of the folder changes with each file in it.
    const found = await Promise.all([folder, join(folder, PACK)].map((path) => stat(path).catch(() => undefined)));
    const times = found.flatMap((file) => file?.mtimeMs ?? []);
    return times.length > 0 && Math.max(...times) < now - ageMs;
  }

  async *jobIds(): AsyncIterable<string> {
    for await (const entry of await opendir(this.#folder))
      if (entry.isDirectory() && isId(entry.name)) yield entry.name;
  }

  #putSmall(jobId: string, blob: Uint8Array): StoredBlob {
    const sha256 = hash("sha256", blob);
    const pack = this.#existingPack(jobId) ?? this.#newPack(jobId);
    pack.put(sha256, blob);
    this.#keepOpen(jobId, pack);
    return { sha256, bytes: blob.length };
  }

  async #syncPack(jobId: string): Promise<void> {
    const pack = this.#existingPack(jobId);
    try {
      await pack?.sync();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The file was not opened, so no sync has failed: the next one covers all writes.
      if (code === "EMFILE" || code === "ENFILE") throw error;
      if (!this.#packErrors.has(jobId)) this.#packErrors.set(jobId, error);
    }
    if (this.#packErrors.has(jobId)) throw this.#packErrors.get(jobId);
  }

  /**
   * The job's pack, opened again if it was not used for long, or after a restart. A pack whose file is gone was deleted
   * with its job; a concurrent reader may have opened it again.
   */
  #existingPack(jobId: string): BlobPack | undefined {
    const isThere = existsSync(join(this.#jobFolder(jobId), PACK));
    if (!isThere) this.#packs.delete(jobId);
    return isThere ? (this.#packs.get(jobId) ?? this.#openPack(jobId)) : undefined;
  }

  #newPack(jobId: string): BlobPack {
    makeFolder(this.#jobFolder(jobId));
    return this.#openPack(jobId);
  }

  #openPack(jobId: string): BlobPack {
    const pack = new BlobPack(join(this.#jobFolder(jobId), PACK));
    this.#keepOpen(jobId, pack);
    return pack;
  }

  /** The cache asks for the size of a pack only if it does not have it yet. */
  #keepOpen(jobId: string, pack: BlobPack): void {
    this.#packs.delete(jobId);
    this.#packs.set(jobId, pack);
  }

  /** The result of `read`, or undefined if the file is gone. */
  async #unlessGone<T>(read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return undefined;
      // This error does not pass, and a job must not wait for this image forever.
      if (code === "EIO") throw failure("STORE_CORRUPT", "The disk cannot read the image.");
      throw asFileFailure(error);
    }
  }

  /** Ids become paths, so accept only valid ids. */
  #jobFolder(jobId: string): string {
    if (!isId(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
    return join(this.#folder, jobId);
  }
}

/** The option `recursive` is not used because it reports ENOENT where the disk is read-only. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder);
}

function smallBlob(source: BlobSource, maxBytes: number): Uint8Array | undefined {
  const blob = wholeBlob(source);
  return blob && blob.length <= Math.min(SMALL_BYTES, maxBytes) ? blob : undefined;
}

async function writeFileHashed(path: string, source: BlobSource, maxBytes: number): Promise<StoredBlob> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await open(path, "wx");
  try {
    for await (const chunk of limited(source, maxBytes)) {
      bytes += chunk.length;
      hash.update(chunk);
      for (let written = 0; written < chunk.length; ) written += (await file.write(chunk, written)).bytesWritten;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest("hex"), bytes };
}
