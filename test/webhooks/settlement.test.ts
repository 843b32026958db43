import { describe, expect, it } from "vitest";
import type { Outcome } from "../../lib/webhooks/delivery.ts";
import { settle } from "../../lib/webhooks/settlement.ts";

const storedAt = "2026-01-01T00:00:00.000Z";
const stored = Date.parse(storedAt);
const failed: Outcome = { kind: "failed", reason: "HTTP status 500", retryAfterMs: 0 };
const later = (ms: number, retryMs = 60_000) => ({ now: stored + ms, random: 0.5, retryMs });

describe("after an attempt a webhook", () => {
  it("is done, if it was delivered", () => {
    expect(settle({ attempts: 3, storedAt }, { kind: "delivered" }, later(99_999))).toEqual({ kind: "delivered" });
  });

  it("stops its job, if the receiver wants no more", () => {
    const reason = "HTTP status 410";
    expect(settle({ attempts: 0, storedAt }, { kind: "gone", reason }, later(0))).toEqual({ kind: "stopped", reason });
  });

  it("is postponed by the back-off of the attempts made, this one included", () => {
    const dueAfter = (attempts: number) => settle({ attempts, storedAt }, failed, later(1_000));
    expect(dueAfter(0)).toEqual({ kind: "postponed", reason: "HTTP status 500", dueAt: stored + 3_500 });
    expect(dueAfter(2)).toEqual({ kind: "postponed", reason: "HTTP status 500", dueAt: stored + 11_000 });
  });

  it("waits for as long as it was asked to", () => {
    const outcome = { ...failed, retryAfterMs: 30_000 };
    expect(settle({ attempts: 0, storedAt }, outcome, later(0))).toMatchObject({ dueAt: stored + 30_000 });
  });

  it("is given up, if the next attempt would come too late", () => {
    expect(settle({ attempts: 0, storedAt }, failed, later(57_500))).toMatchObject({ dueAt: stored + 60_000 });
    expect(settle({ attempts: 0, storedAt }, failed, later(57_501))).toEqual({
      kind: "givenUp",
      reason: "HTTP status 500",
    });
    expect(settle({ attempts: 0, storedAt }, failed, later(0, 0))).toMatchObject({ kind: "givenUp" });
  });
});
