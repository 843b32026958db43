import type { Config } from "../config.ts";
import { LeaderLease } from "../leadership/leader-lease.ts";
import type { Backends } from "../ports/backends.ts";
import { type DispatcherOptions, WebhookDispatcher } from "./dispatcher.ts";
import { WebhookSigner } from "./signature.ts";

export type WebhookConfig = Pick<
  Config,
  "webhookSecret" | "webhookAllowPrivate" | "webhookPorts" | "webhookTimeoutMs" | "webhookRetryMs"
>;

/** The dispatcher of a node; undefined without a signing secret, since then no job has a callback URL. */
export function startWebhooks(
  { log, store, webhooks, leaderLeases }: Backends,
  { webhookSecret, webhookAllowPrivate, webhookPorts, webhookTimeoutMs, webhookRetryMs }: WebhookConfig,
  callbacks: Pick<DispatcherOptions, "onGivenUp" | "onError">,
): WebhookDispatcher | undefined {
  if (!webhookSecret) return undefined;
  return new WebhookDispatcher({
    ...callbacks,
    lease: new LeaderLease(leaderLeases, "deliver-webhooks"),
    feed: log,
    store: webhooks,
    callbackUrlOf: async (jobId) => (await store.getJob(jobId))?.callbackUrl,
    signer: new WebhookSigner(webhookSecret),
    allowPrivate: webhookAllowPrivate,
    ports: webhookPorts,
    timeoutMs: webhookTimeoutMs,
    retryMs: webhookRetryMs,
  });
}
