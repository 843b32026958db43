import type { Config } from "../config.ts";
import { failure } from "../errors.ts";
import { parseTarget, RefusedTarget, type TargetRules } from "../outbound/address-guard.ts";

/**
 * Parses a `callbackUrl`.
 * @param name What the client calls it, for the error.
 * @throws INVALID_CALLBACK_URL
 */
export function parseCallbackUrl(text: string, rules: TargetRules, name = "callbackUrl"): URL {
  try {
    return parseTarget(text, rules);
  } catch (error) {
    if (!(error instanceof RefusedTarget)) throw error;
    throw failure("INVALID_CALLBACK_URL", `${name} ${error.message}`);
  }
}

/**
 * Validates and normalizes the `callbackUrl` of a new job. Rejected without a secret: a receiver could not tell an
 * unsigned webhook from a forged one, and a job must not promise a webhook that is never sent.
 * @param hasOwnSecret Whether the owner has a secret for the receiver.
 * @throws WEBHOOKS_DISABLED, INVALID_CALLBACK_URL
 */
export async function acceptCallbackUrl(
  text: string,
  hasOwnSecret: (origin: string) => Promise<boolean>,
  {
    webhookSecret,
    webhookAllowPrivate: allowPrivate,
    webhookPorts: ports,
  }: Pick<Config, "webhookSecret" | "webhookAllowPrivate" | "webhookPorts">,
): Promise<string> {
  const url = parseCallbackUrl(text, { allowPrivate, ports });
  if (!webhookSecret && !(await hasOwnSecret(url.origin)))
    throw failure(
      "WEBHOOKS_DISABLED",
      "This service has no WEBHOOK_SECRET, and the receiver none of its own. POST /v1/webhook-secrets makes one.",
    );
  url.hash = "";
  return url.href;
}
