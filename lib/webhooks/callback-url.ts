import type { Config } from "../config.ts";
import { failure } from "../errors.ts";
import { parseCallbackUrl } from "./address-guard.ts";

/**
 * The `callbackUrl` of a job that is about to be created, as it is to be stored. Refused where there is no secret:
 * a receiver could not tell an unsigned webhook from a forged one, and a job must not promise what never comes.
 * @throws WEBHOOKS_DISABLED, INVALID_CALLBACK_URL
 */
export function acceptCallbackUrl(
  text: string,
  { webhookSecret, webhookAllowPrivate }: Pick<Config, "webhookSecret" | "webhookAllowPrivate">,
): string {
  if (!webhookSecret)
    throw failure(
      "WEBHOOKS_DISABLED",
      "This service has no WEBHOOK_SECRET, so it sends no webhooks. Omit callbackUrl.",
    );
  const url = parseCallbackUrl(text, webhookAllowPrivate);
  url.hash = "";
  return url.href;
}
