/**
 * Work that one node at a time does for all, such as publishing events.
 *
 * - A duty that is held is nobody else's until the time it was held for has passed since the last `hold`.
 * - A node that dies does not release; another gets the duty some time after the time it was held for.
 * - It is a matter of economy and order, not of safety: a node that was stopped for long may go on for a moment beside
 *   its successor, so what is done must bear being done twice.
 */
export interface Duties {
  /**
   * Takes the duty if no living node has it, or keeps it. To be repeated well before the time is over.
   * @returns whether it is ours now, for so many milliseconds from the call.
   */
  hold(duty: string, forMs: number): Promise<boolean>;

  /** Gives up the duty, so that another may have it at once; one that is not ours is no error. */
  release(duty: string): Promise<void>;
}
