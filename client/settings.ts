/** Settings of a client. */
export interface ClientSettings {
  /** The service's base URL. */
  readonly url: string;
  /**
   * Key that is sent as `x-api-key`. The client throws a TypeError if it has a character that cannot be sent, such as a
   * line break.
   */
  readonly key?: string | undefined;
  /** How long to keep trying while the service is at capacity or unreachable, in milliseconds; 60,000 by default. */
  readonly patienceMs?: number | undefined;
  /** Aborts everything in flight. */
  readonly signal?: AbortSignal | undefined;
}
