/** How long an upload counts after its last reservation. Afterwards its gateway is presumed dead. */
export const RESERVED_MS = 120_000;

/** An upload in progress. */
export interface Reservation {
  readonly id: string;
  /** The account whose room the bytes take. */
  readonly account: string;
  /** Bytes that the upload stores, or has stored and that are not counted elsewhere yet. */
  readonly bytes: number;
}

/**
 * Room of accounts that uploads in progress take until they have become jobs, in bytes.
 *
 * - An upload counts for RESERVED_MS after its last reservation. The clocks of nodes may differ by less than half of
 *   that.
 * - Nothing has to survive a crash of all nodes: then no upload is in progress. A single machine keeps the reservations
 *   in the memory of the process that has the storage.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface UploadReservations {
  /**
   * Replaces what is reserved for the upload.
   * @returns the bytes of all uploads of the account, this one included. If several reserve at the same time, the one
   * that ends last sees all of them.
   */
  reserve(reservation: Reservation): Promise<number>;

  release(id: string): Promise<void>;

  /** Removes reservations that no longer count. */
  sweep(): Promise<void>;
}
