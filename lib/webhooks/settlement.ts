import type { Webhook } from "../ports/webhook-store.ts";
import type { Outcome } from "./delivery.ts";
import { retryDelayMs } from "./retry-delay.ts";

/** What happens to a webhook after an attempt. Times are in milliseconds since 1970. */
export type Settlement =
  | { readonly kind: "delivered" }
  | { readonly kind: "postponed"; readonly reason: string; readonly dueAt: number }
  | { readonly kind: "givenUp" | "stopped"; readonly reason: string };

/**
 * Retries a failed webhook unless the retry would be later than `retryMs` after it was stored. A webhook that was
 * stored before a downtime still gets an attempt, however old it is. Pure.
 *
 * @param random From 0 to below 1.
 */
export function settle(
  { attempts, storedAt }: Pick<Webhook, "attempts" | "storedAt">,
  outcome: Outcome,
  { now, random, retryMs }: { readonly now: number; readonly random: number; readonly retryMs: number },
): Settlement {
  if (outcome.kind === "delivered") return { kind: "delivered" };
  const { reason } = outcome;
  if (outcome.kind === "gone") return { kind: "stopped", reason };
  const dueAt = now + retryDelayMs(attempts + 1, random, outcome.retryAfterMs);
  const isTooLate = dueAt > Date.parse(storedAt) + retryMs;
  return isTooLate ? { kind: "givenUp", reason } : { kind: "postponed", reason, dueAt };
}
