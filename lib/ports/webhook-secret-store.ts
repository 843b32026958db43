/** The secret of one receiver, an origin, for the jobs of one owner. */
import type { Timestamp } from "../time.ts";
export interface WebhookSecret {
  /** Empty for jobs without an owner. */
  readonly owner: string;
  /** As in `https://example.com:8443`. */
  readonly origin: string;
  /** `whsec_` and base64. Stored readable, since it must be used. */
  readonly secret: string;
  readonly createdAt: Timestamp;
  /** The previous secret, which signs too until the time. */
  readonly previous?: { readonly secret: string; readonly until: Timestamp };
  /** Of the first secret: until when `WEBHOOK_SECRET`, which signed before it, signs too. */
  readonly sharedUntil?: Timestamp;
}

/** When a promise resolves, the change survives a process crash. Reads see every change whose promise has resolved. */
export interface WebhookSecretStore {
  /**
   * Stores the secret in place of that of the same owner and origin, unless this has changed since it was read.
   * @param before What was read; undefined if there was none.
   * @returns whether it is stored.
   */
  put(secret: WebhookSecret, before: WebhookSecret | undefined): Promise<boolean>;
  find(owner: string, origin: string): Promise<WebhookSecret | undefined>;
  /** By origin. */
  list(owner: string): Promise<WebhookSecret[]>;
  /** Number of the owner's secrets. */
  count(owner: string): Promise<number>;
  /** @returns whether there was one. */
  remove(owner: string, origin: string): Promise<boolean>;
  /** Whether any owner has one. */
  hasAny(): Promise<boolean>;
}
