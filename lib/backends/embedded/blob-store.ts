import { createHash, hash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { mkdir, open, opendir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../../errors.ts";
import type { BlobStore, StoredBlob } from "../../ports/blob-store.ts";
import { asStorageFailure } from "./storage-failure.ts";

/** Where blobs are while they arrive; beside the jobs' folders, since a rename must not cross file systems. */
const INCOMING = ".incoming";
/**
 * Up to this size a picture is written and read at once: it goes to and comes from the system's page cache in less
 * time than it takes to have another thread do it (measured at 15 kB: 60 µs of the main thread instead of 280).
 */
const SMALL_BYTES = 256 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;
const JOB_ID = /^[\w-]{1,100}$/;

/** Pictures as files `<job id>/<sha256>` in a folder. */
export class EmbeddedBlobStore implements BlobStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder ready and removes what a crash left half-written. @throws STORAGE_FULL */
  static async open(folder: string): Promise<EmbeddedBlobStore> {
    try {
      await rm(join(folder, INCOMING), { recursive: true, force: true });
      await mkdir(join(folder, INCOMING), { recursive: true });
    } catch (error) {
      throw asStorageFailure(error, folder);
    }
    return new EmbeddedBlobStore(folder);
  }

  async put(
    jobId: string,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    maxBytes: number,
  ): Promise<StoredBlob> {
    const jobFolder = this.#jobFolder(jobId);
    const incoming = join(this.#folder, INCOMING, randomUUID());
    try {
      const small = smallBlob(source, maxBytes);
      if (small) writeFileSync(incoming, small, { flag: "wx" });
      const blob = small
        ? { sha256: hash("sha256", small), bytes: small.length }
        : await writeFileHashed(incoming, source, maxBytes);
      this.#moveIn(incoming, jobFolder, blob.sha256);
      return blob;
    } catch (error) {
      await rm(incoming, { force: true });
      throw asStorageFailure(error, this.#folder);
    }
  }

  async get(jobId: string, sha256: string): Promise<Buffer | undefined> {
    if (!SHA256.test(sha256)) return undefined;
    try {
      const path = join(this.#jobFolder(jobId), sha256);
      return statSync(path).size <= SMALL_BYTES ? readSmall(path) : await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async delete(jobId: string): Promise<void> {
    // A picture that arrives meanwhile makes the folder not empty; whoever brought it removes it if it has no job.
    await rm(this.#jobFolder(jobId), { recursive: true, force: true, maxRetries: 10, retryDelay: 10 });
  }

  async *jobIds(): AsyncIterable<string> {
    for await (const entry of await opendir(this.#folder))
      if (entry.isDirectory() && entry.name !== INCOMING) yield entry.name;
  }

  #moveIn(incoming: string, jobFolder: string, name: string): void {
    try {
      renameSync(incoming, join(jobFolder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      mkdirSync(jobFolder, { recursive: true });
      renameSync(incoming, join(jobFolder, name));
    }
  }

  /** Ids become paths, so nothing but an id may pass. */
  #jobFolder(jobId: string): string {
    if (!JOB_ID.test(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
    return join(this.#folder, jobId);
  }
}

function smallBlob(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, maxBytes: number): Uint8Array | undefined {
  if (!Array.isArray(source) || source.length !== 1) return undefined;
  const [blob] = source as [Uint8Array];
  return blob.length <= Math.min(SMALL_BYTES, maxBytes) ? blob : undefined;
}

/** In a buffer of its own: one of Node's pool could not be handed to a thread. */
function readSmall(path: string): Buffer {
  const content = readFileSync(path);
  return Buffer.from(new Uint8Array(content).buffer);
}

async function writeFileHashed(
  path: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<StoredBlob> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await open(path, "wx");
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw failure("IMAGE_TOO_LARGE", `The image has more than the ${maxBytes} bytes that are allowed.`, {
          maxBytes,
        });
      hash.update(chunk);
      for (let written = 0; written < chunk.length; ) written += (await file.write(chunk, written)).bytesWritten;
    }
  } finally {
    await file.close();
  }
  return { sha256: hash.digest("hex"), bytes };
}
