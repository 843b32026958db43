/** What was stored. */
export interface StoredBlob {
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Images of jobs, for as long as a job needs them. Addressed by content within a job: the same image twice in a
 * job is kept once; two jobs share nothing, so that deleting one is simple.
 *
 * - All or nothing: `put` either stores the whole blob or nothing of it. What a crash leaves behind is not visible
 *   and is removed, at the next start, with the job or by age.
 * - A stored blob survives the death of the process.
 * - Memory does not grow with a blob that is put.
 * - All methods throw STORE_UNAVAILABLE when the storage does not answer.
 */
export interface BlobStore {
  /**
   * Stores what the source yields, hashing on the way. The source is not read further than it takes to see that it
   * is too large. An error of the source is thrown as it is.
   * @throws IMAGE_TOO_LARGE past `maxBytes`, STORAGE_FULL
   */
  put(jobId: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, maxBytes: number): Promise<StoredBlob>;

  /**
   * The blob's bytes in a buffer of exact size; undefined if there is no such blob, or, where several servers keep it,
   * while one that was away answers.
   */
  get(jobId: string, sha256: string): Promise<Buffer | undefined>;

  /** Removes all of a job's blobs; a job that has none is no error. */
  delete(jobId: string): Promise<void>;

  /** Jobs that have blobs, for finding those whose job is gone. */
  jobIds(): AsyncIterable<string>;
}

/** What the gateway and the detectors need of it. */
export type BlobAccess = Pick<BlobStore, "put" | "get">;
