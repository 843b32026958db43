/** Signatures as Standard Webhooks describes them (standardwebhooks.com), by that project's own package. */
import { Webhook } from "standardwebhooks";

export interface SignedHeaders {
  readonly "webhook-id": string;
  /** Seconds since 1970 of the attempt, not of the event: receivers refuse what is old, against replays. */
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** Signs with every secret it has, so that receivers can change from one to the next in their own time. */
export class WebhookSigner {
  readonly #keys: readonly Webhook[];

  /** @param secrets One or more `whsec_<base64>`, separated by spaces; `WEBHOOK_SECRET` as the configuration has it. */
  constructor(secrets: string) {
    this.#keys = secrets.split(" ").map((secret) => new Webhook(secret));
  }

  /**
   * @param id Must not be of the client's choosing: it is joined to the rest by full stops, so ids made to measure
   *   could carry a signature over to another message.
   * @param body The bytes that are sent, as text; the receiver verifies them unparsed.
   */
  sign(id: string, attemptedAt: Date, body: string): SignedHeaders {
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(attemptedAt.getTime() / 1000)),
      "webhook-signature": this.#keys.map((key) => key.sign(id, attemptedAt, body)).join(" "),
    };
  }
}

/**
 * Verifies what a receiver got, with a tolerance of five minutes; for clients and tests.
 * @returns the parsed body.
 * @throws WebhookVerificationError of the package `standardwebhooks`.
 */
export function verifyWebhook(secret: string, headers: Readonly<Record<string, string>>, body: string): unknown {
  return new Webhook(secret).verify(body, headers);
}
