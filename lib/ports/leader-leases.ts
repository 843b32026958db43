/**
 * Leader leases for work that one node does for the cluster, such as publishing events.
 *
 * - A lease belongs to a node until its duration has passed since that node last acquired it.
 * - A node that dies does not release its leases; another node acquires them some time after they expire.
 * - A lease avoids duplicate work and keeps order, but guarantees neither: a node that was suspended for long may
 *   briefly continue alongside its successor, so the work must be idempotent.
 */
export interface LeaderLeases {
  /**
   * Acquires the lease if no live node holds it, or renews it. Repeat well before it expires.
   * @returns whether this node has the lease for that many milliseconds from the call.
   */
  acquire(lease: string, durationMs: number): Promise<boolean>;

  /** Releases the lease, so that another node can acquire it at once. Does nothing if another node has it. */
  release(lease: string): Promise<void>;
}
