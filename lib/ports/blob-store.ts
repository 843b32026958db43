/** Hash and size of a stored blob. */
export interface StoredBlob {
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Images of jobs, kept as long as a job needs them. Content-addressed within a job: duplicates within a job are stored
 * once. Jobs share no blobs, which keeps deletion simple.
 *
 * - Atomic: `put` stores either the whole blob or nothing. Leftovers of a crash are invisible and are removed at the
 *   next start, with the job or by age.
 * - A stored blob survives a crash of the process. After `sync` it survives a power failure too.
 * - Memory use does not depend on the size of a blob that is put.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface BlobStore {
  /**
   * Stores the bytes of the source and hashes them on the way. Stops reading once the source is too large. Errors of
   * the source are rethrown unchanged.
   * @throws IMAGE_TOO_LARGE past `maxBytes`, STORAGE_FULL
   */
  put(jobId: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, maxBytes: number): Promise<StoredBlob>;

  /** Resolves when the blobs that were put for the job until now are safe from a power failure. @throws STORAGE_FULL */
  sync(jobId: string): Promise<void>;

  /**
   * The blob's bytes in a buffer of exact size. Undefined if there is no such blob or, with several storage servers,
   * possibly if one that was away responds.
   */
  get(jobId: string, sha256: string): Promise<Buffer | undefined>;

  /** Removes all blobs of a job. Does nothing if there are none. */
  delete(jobId: string): Promise<void>;

  /**
   * Jobs that have blobs, for a rare search for blobs that were left behind. Memory use does not depend on the number of
   * blobs. If blobs are deleted meanwhile, some jobs may be left out.
   */
  jobIds(): AsyncIterable<string>;
}

/** The part that the gateway and the detectors need. */
export type BlobAccess = Pick<BlobStore, "put" | "get">;
