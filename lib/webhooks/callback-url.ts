import type { Config } from "../config.ts";
import { failure } from "../errors.ts";
import { parseCallbackUrl } from "./address-guard.ts";

/**
 * Validates and normalizes the `callbackUrl` of a new job. Rejected without a secret: a receiver could not tell an
 * unsigned webhook from a forged one, and a job must not promise a webhook that is never sent.
 * @throws WEBHOOKS_DISABLED, INVALID_CALLBACK_URL
 */
export function acceptCallbackUrl(
  text: string,
  {
    webhookSecret,
    webhookAllowPrivate: allowPrivate,
    webhookPorts: ports,
  }: Pick<Config, "webhookSecret" | "webhookAllowPrivate" | "webhookPorts">,
): string {
  if (!webhookSecret)
    throw failure(
      "WEBHOOKS_DISABLED",
      "This service has no WEBHOOK_SECRET, so it sends no webhooks. Omit callbackUrl.",
    );
  const url = parseCallbackUrl(text, { allowPrivate, ports });
  url.hash = "";
  return url.href;
}
