import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, opendir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../../errors.ts";
import type { BlobStore, StoredBlob } from "../../ports/blob-store.ts";
import { asStorageFailure } from "./storage-failure.ts";

/** Where blobs are while they arrive; beside the jobs' folders, since a rename must not cross file systems. */
const INCOMING = ".incoming";
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
      const blob = await writeFileHashed(incoming, source, maxBytes);
      const path = join(jobFolder, blob.sha256);
      await rename(incoming, path).catch(async (error) => {
        if (error.code !== "ENOENT") throw error;
        await mkdir(jobFolder, { recursive: true });
        await rename(incoming, path);
      });
      return blob;
    } catch (error) {
      await rm(incoming, { force: true });
      throw asStorageFailure(error, this.#folder);
    }
  }

  async get(jobId: string, sha256: string): Promise<Buffer | undefined> {
    if (!SHA256.test(sha256)) return undefined;
    try {
      return await readFile(join(this.#jobFolder(jobId), sha256));
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

  /** Ids become paths, so nothing but an id may pass. */
  #jobFolder(jobId: string): string {
    if (!JOB_ID.test(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
    return join(this.#folder, jobId);
  }
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
