import { Webhook } from "standardwebhooks";

/**
 * Verifies a received webhook as receivers do, with a tolerance of five minutes.
 * @returns the parsed body.
 * @throws WebhookVerificationError of the package `standardwebhooks`.
 */
export function verifyWebhook(secret: string, headers: Readonly<Record<string, string>>, body: string): unknown {
  return new Webhook(secret).verify(body, headers);
}
