import { expect, test } from "vitest";
import { append, retry, type WebhookQueue } from "../../lib/backends/mongo/webhook-queue.ts";
import { jobEvent } from "../support/job-events.ts";

const now = "2026-01-01T00:00:00.000Z";
const webhook = (sequence: number) => ({
  sequence,
  jobId: "a",
  url: "https://a.example/hook",
  event: jobEvent("a", "queued", sequence),
});
const failed = (sequence: number) => ({
  ...webhook(sequence),
  attempts: 1,
  storedAt: now,
  failedAt: now,
  reason: "HTTP status 410",
});
const waiting = (queue: WebhookQueue) => queue.waiting.map(({ sequence }) => sequence);

test("a queue that version 0.1.0 stopped continues once all of its failed webhooks were retried", () => {
  const old: WebhookQueue = { waiting: [], failed: [failed(1), failed(2)], isStopped: true };
  expect(waiting(append(old, [webhook(3)], now))).toEqual([]);
  const half = retry(old, "a.queued.1", now);
  expect(waiting(append(half, [webhook(3)], now))).toEqual([1]);
  expect(waiting(append(retry(half, "a.queued.2", now), [webhook(3)], now))).toEqual([1, 2, 3]);
});
