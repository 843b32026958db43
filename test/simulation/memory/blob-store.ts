import { createHash } from "node:crypto";
import type { ImageReference } from "../../../lib/contracts/image-source.ts";
import { failure, imageTooLarge } from "../../../lib/errors.ts";
import type { BlobSource, BlobStore, BlobUpload, StoredBlob } from "../../../lib/ports/blob-store.ts";

const JOB_ID = /^[\w-]+$/;

/** Blobs of all nodes. */
export class MemoryBlobStore implements BlobStore {
  readonly jobs = new Map<string, Map<string, Buffer>>();
  readonly #storedAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now In milliseconds since some moment. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async upload(jobId: string): Promise<BlobUpload> {
    if (!JOB_ID.test(jobId)) throw failure("JOB_NOT_FOUND", `There is no job ${jobId}.`);
    return {
      put: async (source, maxBytes) => {
        const bytes = await read(source, maxBytes);
        return this.store(jobId, bytes);
      },
      end: async () => {},
      abandon: async () => {},
    };
  }

  store(jobId: string, bytes: Buffer): StoredBlob {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const blobs = this.jobs.get(jobId) ?? new Map<string, Buffer>();
    this.jobs.set(jobId, blobs.set(sha256, bytes));
    this.#storedAt.set(jobId, this.#now());
    return { sha256, bytes: bytes.length };
  }

  async sync(_jobId: string): Promise<void> {}

  async get({ jobId, sha256 }: ImageReference): Promise<Buffer | undefined> {
    const bytes = this.jobs.get(jobId)?.get(sha256);
    // A copy of exact size, which may be transferred to a thread.
    return bytes && Buffer.from(Uint8Array.from(bytes).buffer);
  }

  async has({ jobId, sha256 }: ImageReference): Promise<boolean> {
    return this.jobs.get(jobId)?.has(sha256) ?? false;
  }

  async delete(jobId: string): Promise<void> {
    this.jobs.delete(jobId);
    this.#storedAt.delete(jobId);
  }

  async hasAny(jobId: string): Promise<boolean> {
    return this.jobs.has(jobId);
  }

  /** By its own time, which is not that of the nodes. */
  async isOlderThan(jobId: string, ageMs: number): Promise<boolean> {
    const storedAt = this.#storedAt.get(jobId);
    return storedAt !== undefined && this.#now() - storedAt > ageMs;
  }

  async *jobIds(): AsyncIterable<string> {
    yield* [...this.jobs.keys()];
  }
}

async function read(source: BlobSource, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw imageTooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
