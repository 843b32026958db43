import type { Webhook } from "../ports/webhook-store.ts";

/** Whether the webhook is of the owner; null is nobody, undefined anybody. */
export function isOfOwner({ event }: Pick<Webhook, "event">, owner: string | null | undefined): boolean {
  return owner === undefined || (event.owner ?? null) === owner;
}
