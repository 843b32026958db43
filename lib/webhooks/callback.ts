import type { Config } from "../config.ts";
import type { CallbackMode } from "../contracts/job.ts";
import { failure } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import { parseTarget, RefusedTarget, type TargetRules } from "../outbound/address-guard.ts";
import type { NewWebhook } from "../ports/webhook-store.ts";

export interface Callback {
  readonly callbackUrl?: string;
  readonly callbackMode?: CallbackMode;
}

/** Where and how the events of a job are sent; undefined if they are not sent. */
export function callbackOf(job: Job | undefined): Pick<NewWebhook, "url" | "mode"> | undefined {
  if (!job?.callbackUrl) return undefined;
  const { callbackUrl: url, callbackMode: mode } = job;
  return { url, ...(mode && { mode }) };
}

/**
 * Parses a `callbackUrl`.
 * @param name The client's name for the URL, for the error.
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
 * Validates and normalizes the `callbackUrl` of a new job. It is rejected if there is no secret: a receiver could not
 * tell an unsigned webhook from a forged one, and a job must not promise a webhook that is never sent.
 * @param hasOwnSecret Whether the owner has a secret for the receiver.
 * @returns an empty object without a URL.
 * @throws WEBHOOKS_DISABLED, INVALID_CALLBACK_URL; INVALID_OPTION if a mode other than the default is given without a
 *   URL
 */
export async function acceptCallback(
  { callbackUrl: text, callbackMode }: Callback,
  hasOwnSecret: (origin: string) => Promise<boolean>,
  {
    webhookSecret,
    webhookAllowPrivate: allowPrivate,
    webhookPorts: ports,
  }: Pick<Config, "webhookSecret" | "webhookAllowPrivate" | "webhookPorts">,
): Promise<Callback> {
  if (text === undefined) {
    // Accepted without a URL because generated clients send defaults.
    if (callbackMode && callbackMode !== "structured")
      throw failure("INVALID_OPTION", "callbackMode needs a callbackUrl.");
    return {};
  }
  const url = parseCallbackUrl(text, { allowPrivate, ports });
  if (!webhookSecret && !(await hasOwnSecret(url.origin)))
    throw failure(
      "WEBHOOKS_DISABLED",
      "This service has no WEBHOOK_SECRET, and the receiver none of its own. POST /v1/webhook-secrets makes one.",
    );
  url.hash = "";
  return { callbackUrl: url.href, ...(callbackMode && { callbackMode }) };
}
