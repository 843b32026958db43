/**
 * Works that one node at a time does for all: publishing events, delivering webhooks, sweeping.
 *
 * A node that was stalled may believe for a moment that it still holds what another took over; so what is done under
 * a duty must be harmless when done twice.
 */
export interface Duties {
  /** Takes the duty, or keeps it, for that long, unless another node holds it. @returns whether it is ours. */
  hold(duty: string, forMs: number): Promise<boolean>;

  /** Lets it go, if it is ours. */
  release(duty: string): Promise<void>;
}
