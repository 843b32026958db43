import type { Config } from "../config.ts";
import { LeaderLease } from "../leadership/leader-lease.ts";
import type { Backends } from "../ports/backends.ts";
import { callbackOf } from "./callback.ts";
import { type DispatcherOptions, WebhookDispatcher } from "./dispatcher.ts";
import { signerOf } from "./receiver-secrets.ts";

export type WebhookConfig = Pick<
  Config,
  "webhookSecret" | "webhookAllowPrivate" | "webhookPorts" | "webhookTimeoutMs" | "webhookRetryMs"
>;

/**
 * Starts the dispatcher of a node. It is needed only once there is a secret, since no job has a callback URL before.
 */
export function startWebhooks(
  { log, store, webhooks, webhookSecrets, leaderLeases }: Backends,
  { webhookSecret, webhookAllowPrivate, webhookPorts, webhookTimeoutMs, webhookRetryMs }: WebhookConfig,
  options: Pick<DispatcherOptions, "onGivenUp" | "onPostponed" | "onError" | "clock" | "deliver">,
): WebhookDispatcher {
  return new WebhookDispatcher({
    ...options,
    lease: new LeaderLease(leaderLeases, "deliver-webhooks", options.clock),
    feed: log,
    store: webhooks,
    callbackOf: async (jobId) => callbackOf(await store.getJob(jobId)),
    signerOf: (webhook) => signerOf(webhookSecrets, webhook, webhookSecret),
    allowPrivate: webhookAllowPrivate,
    ports: webhookPorts,
    timeoutMs: webhookTimeoutMs,
    retryMs: webhookRetryMs,
  });
}
