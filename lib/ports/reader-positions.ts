/**
 * Positions of the readers that copy the event log elsewhere, by the reader's name.
 *
 * - When a promise resolves, the change survives a process crash.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface ReaderPositions {
  /** Position of the reader as a cursor of the log, see `lib/jobs/event-cursor.ts`; undefined if it has not begun. */
  get(reader: string): Promise<string | undefined>;

  /**
   * Moves a reader's position, if it is still where the reader believes it to be.
   * @returns false if it is not, because another node reads too, or an earlier attempt took effect although it failed.
   * @throws STORAGE_FULL
   */
  move(reader: string, from: string | undefined, to: string): Promise<boolean>;
}
