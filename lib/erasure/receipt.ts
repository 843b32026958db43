import type { Erasure } from "../contracts/erasure.ts";
import type { StoredErasure } from "../ports/erasure-store.ts";

/** The erasure as clients see it, without anything that names the owner. */
export function receiptOf({ id, phase, requestedAt, erased, checkedAt, finishedAt }: StoredErasure): Erasure {
  const found = Object.entries(erased).filter(([, count]) => count > 0);
  return {
    id,
    state: phase === "done" ? "done" : "running",
    requestedAt,
    erased: Object.fromEntries(found),
    ...(checkedAt !== undefined && { checkedAt, remaining: 0 }),
    ...(finishedAt !== undefined && { finishedAt }),
  };
}
