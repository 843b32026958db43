/**
 * How far readers of the event log have got, by their names, for those that copy it elsewhere.
 *
 * - When a promise resolves, the change survives a process crash.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface ReaderPositions {
  /** A cursor of the log, as in `lib/jobs/event-cursor.ts`; undefined for a reader that has not begun. */
  get(reader: string): Promise<string | undefined>;

  /**
   * Moves a position, if it is still where the reader believes it to be.
   * @returns false if it is not: another node reads, or an earlier attempt took effect although it failed.
   * @throws STORAGE_FULL
   */
  move(reader: string, from: string | undefined, to: string): Promise<boolean>;
}
