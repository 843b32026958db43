/** The secret of one receiver for the jobs of one owner. A receiver is an origin. */
import type { Timestamp } from "../time/timestamp.ts";
export interface WebhookSecret {
  /** Empty for jobs without an owner. */
  readonly owner: string;
  /** Origin such as `https://example.com:8443`. */
  readonly origin: string;
  /** `whsec_` followed by base64. It is stored readable because signing needs it. */
  readonly secret: string;
  readonly createdAt: Timestamp;
  /** The previous secret, which also signs until the given time. */
  readonly previous?: { readonly secret: string; readonly until: Timestamp };
  /** Only for the first secret: the time until which `WEBHOOK_SECRET`, which signed before, also signs. */
  readonly sharedUntil?: Timestamp;
}

/** When a promise resolves, the change survives a process crash. Reads see every change whose promise has resolved. */
export interface WebhookSecretStore {
  /**
   * Stores the secret in place of the one with the same owner and origin, unless that has changed since it was read.
   * @param before The secret that was read; undefined if there was none.
   * @returns whether the new secret is stored.
   */
  put(secret: WebhookSecret, before: WebhookSecret | undefined): Promise<boolean>;
  find(owner: string, origin: string): Promise<WebhookSecret | undefined>;
  /** The owner's secrets, ordered by origin. */
  list(owner: string): Promise<WebhookSecret[]>;
  /** Number of the owner's secrets. */
  count(owner: string): Promise<number>;
  /** @returns whether there was a secret. */
  remove(owner: string, origin: string): Promise<boolean>;
  /** Whether any owner has a secret. */
  hasAny(): Promise<boolean>;
}
