/**
 * Leases for work that one node does for all, such as publishing events.
 *
 * - A lease belongs to one node until its duration has passed since that node last acquired it.
 * - A node that dies does not release its leases; another acquires them some time after they expired.
 * - A lease saves work and keeps order, but is no guarantee: a node that was stopped for long may go on for a moment
 *   beside its successor, so the work must bear being done twice.
 */
export interface LeaderLeases {
  /**
   * Acquires the lease if no living node has it, or renews it. To be repeated well before it expires.
   * @returns whether it is ours, for so many milliseconds from the call.
   */
  acquire(lease: string, durationMs: number): Promise<boolean>;

  /** Releases the lease, so that another node may acquire it at once; one that is not ours is no error. */
  release(lease: string): Promise<void>;
}
