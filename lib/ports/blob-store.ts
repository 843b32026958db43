import type { ImageReference } from "../contracts/image-source.ts";

/** A stored blob, with what a reference to it needs in addition to the job's id. */
export interface StoredBlob {
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  readonly sha256: string;
  readonly bytes: number;
  /** The pack that has the blob, with others of its upload; absent if the blob is stored by itself. */
  readonly pack?: string;
}

export type BlobSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Accounts for the memory that an upload needs, in bytes, beyond that of the blobs whose `put` has not resolved. */
export interface BlobMemory {
  /** All blobs that wait to be stored together with blobs that are yet to be put. */
  hold(bytes: number): void;
  /** Blobs that are being stored. @returns a function to call once they are stored. */
  hand(bytes: number): () => void;
}

/** The blobs that one request brings. `put` may be called again before an earlier call has resolved. */
export interface BlobUpload {
  /**
   * Takes a blob and hashes it on the way. Small blobs may be stored later, together with others. Stops reading once
   * the source is too large. Errors of the source are rethrown unchanged and leave nothing of this blob.
   * @param source Its chunks must not be changed before the upload has ended.
   * @throws IMAGE_TOO_LARGE past `maxBytes`; STORAGE_FULL, also for an earlier blob that could not be stored
   */
  put(source: BlobSource, maxBytes: number): Promise<StoredBlob>;

  /** Resolves when everything that was put is stored. Call it when every `put` has resolved. @throws STORAGE_FULL */
  end(): Promise<void>;

  /**
   * Ends an upload that failed. Call it when every `put` has settled. Nothing more is stored once this resolves. Blobs
   * that were stored before are deleted with the job or by age. Does not throw.
   */
  abandon(): Promise<void>;
}

/**
 * Images of jobs, kept as long as a job needs them, and found by their hashes. Jobs share no blobs, which
 * keeps deletion simple.
 *
 * - Atomic: a blob is stored whole or not at all. Leftovers of a crash are invisible and are removed at the next start,
 *   with the job or by age.
 * - A stored blob survives a crash of the process. After `sync` it survives a power failure too.
 * - Memory use is bounded for all jobs together, but for about 150 bytes for each blob of a job that is being uploaded
 *   or processed. A storage that takes only whole blobs keeps a blob that is put in pieces in memory.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface BlobStore {
  /**
   * Begins an upload. End or abandon it.
   * @throws JOB_NOT_FOUND if `jobId` cannot be a job's id
   */
  upload(jobId: string, memory?: BlobMemory): Promise<BlobUpload>;

  /**
   * Resolves when the blobs that were stored for the job until now are safe from a power failure.
   * @throws STORAGE_FULL
   */
  sync(jobId: string): Promise<void>;

  /**
   * The blob's bytes in a buffer of exact size. Undefined if there is no such blob. With several storage servers, a
   * server that was away may also give undefined.
   */
  get(reference: ImageReference): Promise<Buffer | undefined>;

  /** Whether the blob is stored, or the pack that the reference names. Does not read the blob's bytes. */
  has(reference: ImageReference): Promise<boolean>;

  /** Removes all blobs of a job. Does nothing if there are none. */
  delete(jobId: string): Promise<void>;

  /** Whether anything is stored for the job, including blobs that no reference names. */
  hasAny(jobId: string): Promise<boolean>;

  /**
   * Whether the last of the job's blobs was stored more than `ageMs` ago, so that no upload is putting more. False if
   * there are none.
   * @param now The time that retention uses, in milliseconds since 1970, because the clock of this machine may be
   *   wrong. A store whose server tells the time uses that instead.
   */
  isOlderThan(jobId: string, ageMs: number, now: number): Promise<boolean>;

  /**
   * Jobs that have blobs, for a rare search for blobs that were left behind. Memory use does not depend on the number
   * of blobs. If blobs are deleted meanwhile, some jobs may be left out.
   */
  jobIds(): AsyncIterable<string>;
}

/** The part that the gateway and the detectors need. */
export type BlobAccess = Pick<BlobStore, "upload" | "get">;
