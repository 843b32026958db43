/** Limits the bytes of the images of an account's jobs, including jobs that are still being uploaded. */
import { KeyedMutex } from "../concurrency/keyed-mutex.ts";
import { failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Reservation } from "../ports/upload-reservations.ts";
import { timestampBefore } from "../time/timestamp.ts";

/** Fixed, because it is unknown when the account's jobs end. */
const RETRY_AFTER_SECONDS = 60;

export interface ReservationRequest extends Reservation {
  /** Bytes that the upload has reserved already. */
  readonly before: number;
  /** Maximum bytes of the account. */
  readonly limit: number;
}

/** Images that are added to a job. They count for the job's account, whoever adds them. */
export interface AdditionRequest extends Omit<ReservationRequest, "account"> {
  readonly jobId: string;
}

export class StorageQuota {
  readonly #backends: Pick<Backends, "store" | "uploads">;
  readonly #imageRetentionMs: number;
  readonly #mutex = new KeyedMutex();

  /** @param imageRetentionMs How long the images of a failed job are kept. */
  constructor(backends: Pick<Backends, "store" | "uploads">, imageRetentionMs: number) {
    this.#backends = backends;
    this.#imageRetentionMs = imageRetentionMs;
  }

  /**
   * Reserves room for an upload, or keeps what it has. An upload reserves first and then checks the sum, so that two at
   * once cannot both take the last room. On different nodes they may refuse each other; on one node they take turns.
   * @throws STORAGE_QUOTA_EXCEEDED; the upload keeps what it had before.
   */
  async reserve(request: ReservationRequest): Promise<void> {
    await this.#mutex.run(request.account, () => this.#reserve(request));
  }

  /**
   * Reserves room for images that are added to a job. As they may stay in the job, they count with it from now on, even
   * if the upload fails or its gateway dies.
   * @throws STORAGE_QUOTA_EXCEEDED, JOB_NOT_FOUND, JOB_STATE_CONFLICT; the upload keeps what it had before.
   */
  async hold({ jobId, bytes, before, id, limit }: AdditionRequest): Promise<void> {
    const { store, uploads } = this.#backends;
    const job = await store.getJob(jobId);
    const account = job?.account ?? job?.owner;
    // A job without an owner has no limit.
    if (account === undefined) return store.holdBytes(jobId, id, bytes);
    await this.#mutex.run(account, async () => {
      try {
        // The bytes that the upload had reserved before already count with the job.
        await this.#reserve({ account, id, bytes: bytes - before, before: 0, limit });
        await store.holdBytes(jobId, id, bytes);
      } finally {
        await uploads.release(id);
      }
    });
  }

  /**
   * Gives back what an upload has reserved.
   * @param added Only for an upload that was to add images to a job: the bytes that it has stored, which count as long
   *   as the job's images do. It has no effect if the images were added, since these count themselves.
   */
  async release(id: string, added?: { readonly jobId: string; readonly stored: number }): Promise<void> {
    const { store, uploads } = this.#backends;
    if (added) await store.settleBytes(added.jobId, id, added.stored);
    else await uploads.release(id);
  }

  async #reserve({ before, limit, ...reservation }: ReservationRequest): Promise<void> {
    const { store, uploads } = this.#backends;
    const reserved = await uploads.reserve(reservation);
    if (reservation.bytes <= before) return;
    // Must be read after the uploads: an upload that becomes a job in between then counts twice, and not never.
    const kept = await store.keptBytes(reservation.account, timestampBefore(this.#imageRetentionMs));
    if (kept + reserved <= limit) return;
    if (before > 0) await uploads.reserve({ ...reservation, bytes: before });
    else await uploads.release(reservation.id);
    const others = kept + reserved - reservation.bytes;
    const detail = `The images that are kept for the jobs of the owner, and those being uploaded, take ${others} of ${limit} bytes.`;
    throw failure("STORAGE_QUOTA_EXCEEDED", detail, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      storedBytes: others,
      maxBytes: limit,
    });
  }
}
