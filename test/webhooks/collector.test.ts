import { expect, it } from "vitest";
import type { EventFeed } from "../../lib/ports/event-log.ts";
import type { FeedProgress, WebhookStore } from "../../lib/ports/webhook-store.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { WebhookCollector } from "../../lib/webhooks/collector.ts";
import { imageEvent, jobEvent } from "../support/job-events.ts";

/** Collects one page of these events, in this order. */
async function collected(
  events: readonly ReturnType<typeof jobEvent>[],
  callbackOf: (jobId: string) => Promise<string>,
) {
  const page = events.map((event, index) => ({ sequence: index + 1, event }));
  const feed: EventFeed = {
    read: async ({ after, limit }) => page.slice(after, after + limit),
    subscribe: () => () => {},
  };
  const stored: FeedProgress[] = [];
  const start = { sequence: 0, removals: 0 };
  const store: Pick<WebhookStore, "position" | "advance"> = {
    position: async () => start,
    async advance(progress) {
      stored.push(progress);
      return { ...start, sequence: progress.cursor };
    },
  };
  await new WebhookCollector({
    feed,
    store: store as WebhookStore,
    clock: systemClock,
    async callbackOf(jobId) {
      const url = await callbackOf(jobId);
      return url === "" ? undefined : { url };
    },
  }).collect();
  return stored;
}

it("reads each job of a page once, and several at a time, not all", async () => {
  const jobIds = Array.from({ length: 100 }, (_, n) => `j${n}`);
  const read: string[] = [];
  let [underWay, most] = [0, 0];
  let areAll = false;
  const stored = await collected(
    ["created", "queued", "running"].flatMap((state, n) => jobIds.map((jobId) => jobEvent(jobId, state, n))),
    async (jobId) => {
      read.push(jobId);
      underWay++;
      most = Math.max(most, underWay);
      // Until no more are begun.
      for (let microtask = 0; microtask < 100 && !areAll; microtask++) await undefined;
      underWay--;
      areAll = read.length === jobIds.length;
      return `https://${jobId}.example/`;
    },
  );
  expect(read).toEqual(jobIds);
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThan(50);
  expect(stored.flatMap(({ webhooks }) => webhooks.map(({ sequence }) => sequence))).toEqual(
    Array.from({ length: 300 }, (_, n) => n + 1),
  );
});

it("stores webhooks in the order of their events, of jobs that have a URL, whichever job is read first", async () => {
  const done = Promise.withResolvers<void>();
  const events = [
    jobEvent("slow", "created", 0),
    jobEvent("quiet", "created", 0),
    jobEvent("quick", "created", 0),
    imageEvent("unread", 0, "done"),
    jobEvent("slow", "queued", 1),
    jobEvent("gone", "deleted", 1),
  ];
  const read: string[] = [];
  const [progress] = await collected(events, async (jobId) => {
    read.push(jobId);
    if (jobId === "slow") await done.promise;
    if (jobId === "quick") done.resolve();
    return jobId === "quiet" ? "" : `https://${jobId}.example/`;
  });
  expect(progress).toMatchObject({
    cursor: 6,
    webhooks: [1, 3, 5].map((sequence) => ({ sequence, event: events[sequence - 1] })),
    deletedJobIds: ["gone"],
  });
  expect(read).not.toContain("unread");
});

it("takes fewer events at once if they are large", async () => {
  const text = "x".repeat(250_000);
  const large = { ...imageEvent("a", 0, "done"), data: { text } } as unknown as ReturnType<typeof jobEvent>;
  const [progress] = await collected(
    [jobEvent("a", "created", 0), ...Array(299).fill(large)],
    async () => "https://a.example/",
  );
  expect(progress).toMatchObject({ cursor: 128, webhooks: [{ sequence: 1 }] });
});
