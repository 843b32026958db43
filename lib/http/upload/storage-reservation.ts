/** Reserves the room that an upload takes in its account's storage, before its images are stored. */
import { randomUUID } from "node:crypto";
import { config } from "../../config.ts";
import { type Call, callFrom } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { RESERVED_MS } from "../../ports/upload-reservations.ts";
import { accountOf } from "../../sessions/owner.ts";
import { limitRefusals } from "../../telemetry/metrics.ts";
import { asFailure } from "../../transport/failures.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { isJson } from "./json-body.ts";

/** Renewal interval, a third of the time after which a reservation lapses. */
const RENEW_MS = 40_000;
/**
 * After this time without a renewal, a reservation may have lapsed: it was made some time before the answer arrived.
 */
const LAPSE_MS = RESERVED_MS - RENEW_MS;
/** Maximum bytes that are reserved ahead for images that have not arrived. */
const MAX_AHEAD_BYTES = 16 * 2 ** 20;

/**
 * Runs the work with a reservation for the bytes that the request's body announces. Without a limit, there is no
 * reservation.
 * @param jobId The job to which the images are added, if there is one.
 * @throws STORAGE_QUOTA_EXCEEDED before the body is read; what the work throws. If images are added, also JOB_NOT_FOUND
 *   and JOB_STATE_CONFLICT.
 */
export async function withReservation<T>(
  request: GatewayRequest,
  work: (reservation: StorageReservation | undefined) => Promise<T>,
  jobId?: string,
): Promise<T> {
  const limit = limitOf(request);
  if (limit === undefined || accountOf(request.$ctx) === null) return work(undefined);
  const reservation = new StorageReservation(callFrom(request.$ctx), limit, jobId);
  try {
    await reservation.open(announcedBytes(request));
    return await work(reservation);
  } catch (error) {
    if (isRefusal(error)) limitRefusals.inc({ limit: "stored_bytes" });
    throw error;
  } finally {
    await reservation.close();
  }
}

export class StorageReservation {
  readonly id = randomUUID();
  readonly #call: Call;
  readonly #limit: number;
  readonly #jobId: string | undefined;
  #reserved = 0;
  /** Time of the last reservation, by `performance.now()`. */
  #reservedAt = 0;
  /** Whether there may be something to release: a request for room may have succeeded without an answer. */
  #isHeld = false;
  #needed = 0;
  /** Bytes for which there was room, so that they may be stored. */
  #taken = 0;
  #growing: Promise<void> = Promise.resolve();
  #renewing: NodeJS.Timeout | undefined;

  /**
   * @param jobId The job to which the images are added. The reservation then counts with the job and needs no renewal.
   */
  constructor(call: Call, limit: number, jobId?: string) {
    this.#call = call;
    this.#limit = limit;
    this.#jobId = jobId;
  }

  /** @param bytes Announced bytes of the images. */
  async open(bytes: number): Promise<void> {
    if (bytes > 0) await this.#reserve(bytes);
    if (this.#jobId === undefined) this.#renewing = setInterval(() => this.#renew(), RENEW_MS).unref();
  }

  /** Ensures that there is room for another image. @throws STORAGE_QUOTA_EXCEEDED */
  async add(bytes: number): Promise<void> {
    this.#needed += bytes;
    this.#growing = this.#growing.then(() => this.#grow());
    await this.#growing;
    this.#taken += bytes;
  }

  /**
   * Ensures that the images count before they become a job, even if no renewal succeeded.
   * @throws STORAGE_QUOTA_EXCEEDED
   */
  async confirm(): Promise<void> {
    this.#growing = this.#growing.then(async () => {
      if (this.#reserved < this.#taken || this.#hasLapsed()) await this.#reserve(this.#taken);
    });
    await this.#growing;
  }

  async close(): Promise<void> {
    clearInterval(this.#renewing);
    // A renewal in flight would reserve the room again, so it must end first.
    await this.#growing.catch(() => {});
    if (!this.#isHeld) return;
    const jobId = this.#jobId;
    const added = jobId === undefined ? {} : { added: { jobId, stored: this.#taken } };
    // If this call fails, the reservation soon lapses by itself. One for a job counts as long as the job's images do.
    await this.#call(actions.jobs.releaseStorage, { upload: this.id, ...added }).catch(() => {});
  }

  /** Renews after the requests in flight, which it would undo. */
  #renew(): void {
    this.#growing = this.#growing.then(async () => {
      if (this.#reserved > 0) await this.#reserve(this.#reserved).catch(() => {});
    });
    // `add` throws the error.
    this.#growing.catch(() => {});
  }

  async #grow(): Promise<void> {
    const needed = this.#needed;
    if (needed <= this.#reserved) return;
    const ahead = Math.min(needed, MAX_AHEAD_BYTES);
    // If there is more room, an upload of unknown length reserves more at once, and so asks less often.
    await this.#reserve(needed + ahead).catch((error) => {
      if (!isRefusal(error)) throw error;
      return this.#reserve(needed);
    });
  }

  #hasLapsed(): boolean {
    return this.#jobId === undefined && this.#reserved > 0 && performance.now() - this.#reservedAt > LAPSE_MS;
  }

  async #reserve(bytes: number): Promise<void> {
    // Others may have taken the room of a lapsed reservation, so all of it is requested again.
    if (this.#hasLapsed()) this.#reserved = 0;
    const startedAt = performance.now();
    const room = { upload: this.id, bytes, before: this.#reserved, limit: this.#limit };
    const jobId = this.#jobId;
    try {
      await this.#call(actions.jobs.reserveStorage, { ...room, ...(jobId !== undefined && { jobId }) });
      this.#reserved = bytes;
      this.#reservedAt = startedAt;
      this.#isHeld = true;
    } catch (error) {
      if (!isRefusal(error)) this.#isHeld = true;
      throw error;
    }
  }
}

const isRefusal = (error: unknown): boolean => asFailure(error).type === "STORAGE_QUOTA_EXCEEDED";

/** The lowest of the limits that apply. */
function limitOf({ $identity }: GatewayRequest): number | undefined {
  const limits = [config.maxStoredBytesPerOwner || undefined, $identity?.limits?.storedBytes];
  const given = limits.filter((limit) => limit !== undefined);
  return given.length > 0 ? Math.min(...given) : undefined;
}

/** Bytes of the images in the body; 0 if the body's length is not announced. */
function announcedBytes(request: GatewayRequest): number {
  const { "content-length": length = "0", "content-encoding": coding = "identity" } = request.headers;
  if (coding !== "identity") return 0;
  const bytes = Math.min(Number(length), config.maxRequestBytes);
  // Base64 takes four bytes for three.
  return isJson(request) ? Math.floor(bytes * 0.75) : bytes;
}
