/** Webhooks that were given up: listed, and sent again. */
import type { DeliveriesQuery, Delivery, DeliveryPage } from "../contracts/delivery.ts";
import { failure } from "../errors.ts";
import { withoutQuery } from "../jobs/views.ts";
import { pageOf } from "../page.ts";
import type { FailedWebhook, Webhook, WebhookStore } from "../ports/webhook-store.ts";
import type { OwnerScope } from "../sessions/owner.ts";

/** By the order of their events. */
export async function listDeliveries(
  store: Pick<WebhookStore, "listFailed">,
  { cursor = "0", limit = 100 }: DeliveriesQuery,
  owner: OwnerScope,
): Promise<DeliveryPage> {
  const found = await store.listFailed({ after: Number(cursor), limit: limit + 1, owner });
  const { items, ...next } = pageOf(found, limit, ({ sequence }) => String(sequence));
  return { items: items.map(givenUp), ...next };
}

/** @param id Id of the event, which begins with the id of the job. @throws DELIVERY_NOT_FOUND */
export async function retryDelivery(
  store: Pick<WebhookStore, "retry">,
  id: string,
  owner: OwnerScope,
  now: string,
): Promise<Delivery> {
  const jobId = id.slice(0, id.indexOf("."));
  const webhook = await store.retry({ jobId, eventId: id, owner }, now);
  if (!webhook) throw failure("DELIVERY_NOT_FOUND", "There is no delivery of this id that was given up.");
  return { ...viewOf(webhook), state: "waiting", attempts: 0 };
}

function givenUp(webhook: FailedWebhook): Delivery {
  return { ...viewOf(webhook), state: "given-up", reason: webhook.reason, givenUpAt: webhook.failedAt };
}

function viewOf({ jobId, url, event: { id, type, time }, attempts }: Webhook): Omit<Delivery, "state"> {
  return { id, jobId, callbackUrl: withoutQuery(url), type, time, attempts };
}
