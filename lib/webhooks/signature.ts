/** Signatures according to Standard Webhooks (standardwebhooks.com), made with that project's package. */
import { Webhook } from "standardwebhooks";

export interface SignedHeaders {
  readonly "webhook-id": string;
  /**
   * Time of the attempt, not of the event, in seconds since 1970. Receivers reject old timestamps to prevent replays.
   */
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** Signs with every configured secret, so that receivers can rotate secrets at their own pace. */
export class WebhookSigner {
  readonly #keys: readonly Webhook[];

  /** @param secrets One or more `whsec_<base64>`, separated by spaces, as in `WEBHOOK_SECRET`. */
  constructor(secrets: string) {
    this.#keys = secrets.split(" ").map((secret) => new Webhook(secret));
  }

  /**
   * @param id Must not be chosen by the client: it is joined to the rest by full stops, so a crafted id could transfer
   *   a signature to another message.
   * @param body The exact text that is sent; the receiver verifies it unparsed.
   */
  sign(id: string, attemptedAt: Date, body: string): SignedHeaders {
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(attemptedAt.getTime() / 1000)),
      "webhook-signature": this.#keys.map((key) => key.sign(id, attemptedAt, body)).join(" "),
    };
  }
}
