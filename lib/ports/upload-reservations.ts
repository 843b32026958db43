/** How long an upload counts that is not reserved again: its gateway is gone. */
export const RESERVED_MS = 120_000;

/** An upload in progress. */
export interface Reservation {
  readonly id: string;
  /** Whom its bytes count for. */
  readonly account: string;
  /** Bytes that it stores, or has stored and nobody else counts yet. */
  readonly bytes: number;
}

/**
 * Bytes that uploads in progress take of their account's room, until they have become jobs.
 *
 * - An upload counts for RESERVED_MS after it was reserved last. The clocks of nodes may differ by less
 *   than half of that.
 * - Nothing has to survive a crash of all nodes: then no upload is in progress. On one machine the reservations are in
 *   the memory of the process that has the storage.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface UploadReservations {
  /**
   * Replaces what is reserved for the upload.
   * @returns the bytes of all uploads of the account, this one included. Of several that reserve at the same time, the
   * one that ends last sees those of all.
   */
  reserve(reservation: Reservation): Promise<number>;

  release(id: string): Promise<void>;

  /** Removes what counts no more. */
  sweep(): Promise<void>;
}
