import { mkdtempSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { HTTP } from "cloudevents";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteEventLog } from "../../lib/backends/sqlite/event-log.ts";
import { SqliteWebhookStore } from "../../lib/backends/sqlite/webhook-store.ts";
import { failure } from "../../lib/errors.ts";
import type { EventFeed } from "../../lib/ports/event-log.ts";
import type { Webhook, WebhookStore } from "../../lib/ports/webhook-store.ts";
import { type DispatcherOptions, WebhookDispatcher } from "../../lib/webhooks/dispatcher.ts";
import { WebhookSigner } from "../../lib/webhooks/signature.ts";
import { eventList } from "../support/event-list.ts";
import { imageEvent, jobEvent } from "../support/job-events.ts";
import { manualClock } from "../support/manual-clock.ts";
import { type ReceivedWebhook, type Receiver, startReceiver, status, webhookSecret } from "../support/receiver.ts";
import { verifyWebhook } from "../support/verify-webhook.ts";

const MINUTE = 60_000;
const ids = (receiver: Receiver) => receiver.received.map(({ headers }) => headers["webhook-id"]);

describe("the dispatcher", () => {
  const stops: (() => unknown)[] = [];
  let store: WebhookStore;
  let feed: ReturnType<typeof eventList>;
  let clock: ReturnType<typeof manualClock>;
  let givenUp: string[];
  let errors: unknown[];
  let urls: Map<string, string>;
  let mode: "binary" | undefined;

  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-webhooks-"));
    const database = await Database.open({ folder });
    stops.push(async () => {
      await database.close();
      rmSync(folder, { recursive: true });
    });
    store = new SqliteWebhookStore(database);
    feed = eventList();
    clock = manualClock();
    givenUp = [];
    errors = [];
    urls = new Map();
    mode = undefined;
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    // Nothing is left that would look into a closed store.
    expect([clock.waits(), feed.listeners()]).toEqual([[], 0]);
  });

  async function receiver(answer: (response: ServerResponse, webhook: ReceivedWebhook) => void): Promise<Receiver> {
    const started = await startReceiver(answer);
    stops.push(started.stop);
    return started;
  }

  function start(changes: Partial<DispatcherOptions> = {}): WebhookDispatcher {
    const dispatcher = new WebhookDispatcher({
      feed,
      store,
      callbackOf: async (jobId) => {
        const url = urls.get(jobId);
        return url === undefined ? undefined : { url, ...(mode && { mode }) };
      },
      signerOf: async () => new WebhookSigner(webhookSecret),
      allowPrivate: true,
      timeoutMs: 60_000,
      retryMs: 10 * MINUTE,
      onGivenUp: ({ event }, reason) => givenUp.push(`${event.id}: ${reason}`),
      onError: (error) => errors.push(error),
      clock,
      ...changes,
    });
    stops.push(() => dispatcher.close());
    return dispatcher;
  }

  /** The log, and the positions from which it is read. */
  function watchedFeed() {
    const reads: number[] = [];
    const read: EventFeed["read"] = (page) => {
      reads.push(page.after);
      return feed.read(page);
    };
    return { reads, watched: { ...feed, read } };
  }

  /** Nothing is left to be sent, now or later. */
  const isIdle = async () => (await store.nextDue("9999")) === undefined && clock.waits().length === 0;

  it("delivers while the lease is its own, and leaves it to another node when it is closed", async () => {
    const target = await receiver(status(200));
    urls.set("a", target.url);
    let holder: string | undefined = "another";
    const lease = (node: string) => ({
      isLeader: async () => {
        holder ??= node;
        return holder === node;
      },
      release: async () => {
        if (holder === node) holder = undefined;
      },
    });
    const first = start({ lease: lease("first") });
    feed.append(jobEvent("a", "created", 0));
    await expect.poll(() => clock.waits().length).toBeGreaterThan(0);
    expect(target.received).toEqual([]);
    holder = undefined;
    const received = () => {
      clock.advance(1_000);
      return target.received.length;
    };
    await expect.poll(received).toBe(1);
    await first.close();
    feed.append(jobEvent("a", "queued", 1));
    start({ lease: lease("second") });
    await expect.poll(() => target.received.length).toBe(2);
    expect(ids(target)).toEqual(["a.created.0", "a.queued.1"]);
    expect(holder).toBe("second");
  });

  it("makes no more attempts once another node leads, also while many webhooks are due", async () => {
    const jobIds = Array.from({ length: 100 }, (_, n) => `j${n}`);
    for (const jobId of jobIds) urls.set(jobId, `https://${jobId}.example/`);
    feed.append(...jobIds.map((jobId) => jobEvent(jobId, "created", 0)));
    let leads = true;
    let attempts = 0;
    const deliver: DispatcherOptions["deliver"] = async () => {
      attempts++;
      leads = false;
      return { kind: "delivered" };
    };
    start({ deliver, concurrency: 100, lease: { isLeader: async () => leads, release: async () => {} } });
    await expect.poll(() => clock.waits()).toEqual([1_000]);
    expect(attempts).toBeGreaterThan(0);
    expect(attempts).toBeLessThan(10);
  });

  it("sends the states of jobs that have a callback URL, and nothing else, in order", async () => {
    const target = await receiver(status(200));
    urls.set("a", target.url);
    start();
    const queued = jobEvent("a", "queued", 1);
    feed.append(jobEvent("a", "created", 0), jobEvent("b", "created", 0), jobEvent("a", "images_added", 0), queued);
    feed.append(imageEvent("a", 0, "running"), jobEvent("a", "running", 2), imageEvent("a", 0, "done"));
    feed.append(jobEvent("b", "succeeded", 1), jobEvent("a", "partially_failed", 3));
    await expect.poll(() => ids(target)).toEqual(["a.created.0", "a.queued.1", "a.running.2", "a.partially_failed.3"]);
    await expect.poll(isIdle).toBe(true);
    const { headers, body } = target.received[1] as ReceivedWebhook;
    const message = verifyWebhook(webhookSecret, headers as Record<string, string>, body);
    expect(message).toEqual({ ...queued, sequence: "4", sequencetype: "Integer" });
    const parsed = HTTP.toEvent({ headers, body });
    expect(parsed).toMatchObject({ ...queued, sequence: "4" });
  });

  it("sends the data as the body and the attributes as headers in binary mode, signed alike", async () => {
    const target = await receiver(status(200));
    urls.set("a", target.url);
    mode = "binary";
    start();
    const queued = { ...jobEvent("a", "queued", 1), owner: "Zoë 100%" };
    feed.append(queued);
    await expect.poll(() => target.received.length).toBe(1);
    const [{ headers, body }] = target.received as [ReceivedWebhook];
    expect(verifyWebhook(webhookSecret, headers as Record<string, string>, body)).toEqual(queued.data);
    expect(headers).toMatchObject({ "content-type": "application/json", "ce-id": queued.id, "ce-sequence": "1" });
    expect(headers["webhook-id"]).toBe(queued.id);
    expect(headers["ce-owner"]).toBe("Zo%C3%AB%20100%25");
    expect(HTTP.toEvent({ headers, body })).toMatchObject({ type: queued.type, subject: "jobs/a", data: queued.data });
  });

  it("sends again what was given up, when it is asked to, behind what waits", async () => {
    let code = 404;
    const target = await receiver((response) => status(code)(response));
    urls.set("a", target.url);
    const dispatcher = start({ retryMs: 0 });
    feed.append(jobEvent("a", "created", 0), jobEvent("a", "queued", 1));
    await expect.poll(() => givenUp.length).toBe(2);
    await expect.poll(isIdle).toBe(true);
    code = 204;
    const key = { jobId: "a", eventId: "a.created.0" };
    expect(await store.retry(key, new Date(clock.now()).toISOString())).toMatchObject({ attempts: 1 });
    dispatcher.wake();
    await expect.poll(() => ids(target)).toEqual(["a.created.0", "a.queued.1", "a.created.0"]);
    await expect.poll(isIdle).toBe(true);
    expect((await store.listFailed({ limit: 9 })).map(({ event }) => event.id)).toEqual(["a.queued.1"]);
    const [first, , again] = target.received;
    expect(again?.body).toBe(first?.body);
  });

  it("reads the log from its beginning when it was restored from a backup", async () => {
    const target = await receiver(status(204));
    urls.set("a", target.url).set("b", target.url);
    const after = await store.position();
    await store.advance({ after, cursor: 7, webhooks: [], deletedJobIds: [] }, new Date(clock.now()).toISOString());
    const folder = mkdtempSync(join(tmpdir(), "sightline-log-"));
    const restored = await Database.open({ folder });
    const log = new SqliteEventLog(restored);
    stops.push(async () => {
      await restored.close();
      rmSync(folder, { recursive: true });
    });
    await log.append([jobEvent("a", "created", 0), jobEvent("b", "created", 0)]);
    start({ feed: log });
    await expect.poll(() => ids(target).sort()).toEqual(["a.created.0", "b.created.0"]);
    await expect.poll(() => store.position()).toMatchObject({ sequence: 2 });
    await log.append([jobEvent("a", "queued", 1)]);
    await expect.poll(() => ids(target).at(-1)).toBe("a.queued.1");
    expect(errors).toEqual([]);
  });

  it("tries again after a failure, delaying the same job only", async () => {
    const failures = [status(500), status(503, { "Retry-After": "60" }), (r: ServerResponse) => r.socket?.destroy()];
    const target = await receiver((response, { headers }) => {
      const answer = headers["webhook-id"] === "a.created.0" ? failures.shift() : undefined;
      (answer ?? status(204))(response);
    });
    urls.set("a", target.url).set("b", target.url);
    const postponed: string[] = [];
    start({
      onPostponed: ({ event }, reason, dueAt) => postponed.push(`${event.id}: ${reason}, ${dueAt - clock.now()} ms`),
    });
    feed.append(jobEvent("a", "created", 0), jobEvent("a", "queued", 1), jobEvent("b", "created", 0));
    // Half of what the back-off allows, or what the receiver asked for.
    for (const wait of [2_500, 60_000, 10_000]) {
      await expect.poll(() => clock.waits()).toEqual([wait]);
      expect(ids(target)).not.toContain("a.queued.1");
      clock.advance(wait - 1);
      expect(clock.waits()).toEqual([1]);
      clock.advance(1);
    }
    await expect.poll(() => ids(target).at(-1)).toBe("a.queued.1");
    expect(postponed).toEqual([
      "a.created.0: HTTP status 500, 2500 ms",
      "a.created.0: HTTP status 503, 60000 ms",
      expect.stringMatching(/^a\.created\.0: .+, 10000 ms$/),
    ]);
    expect(ids(target).slice().sort()).toEqual([...Array(4).fill("a.created.0"), "a.queued.1", "b.created.0"]);
    expect(ids(target).indexOf("b.created.0")).toBeLessThan(2);
    const times = target.received.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThanOrEqual(72);
    await expect.poll(isIdle).toBe(true);
  });

  it("sends nothing more of a job whose receiver is gone", async () => {
    const target = await receiver((response, { headers }) =>
      status(headers["webhook-id"] === "a.queued.1" ? 410 : 204)(response),
    );
    urls.set("a", target.url).set("b", target.url);
    start();
    feed.append(jobEvent("a", "created", 0), jobEvent("a", "queued", 1), jobEvent("a", "running", 2));
    await expect.poll(() => givenUp).toEqual(["a.queued.1: HTTP status 410"]);
    await expect.poll(isIdle).toBe(true);
    feed.append(jobEvent("a", "succeeded", 3), jobEvent("b", "created", 0));
    await expect.poll(() => ids(target)).toEqual(["a.created.0", "a.queued.1", "b.created.0"]);
    await expect.poll(isIdle).toBe(true);
    expect((await store.listFailed({ limit: 9 })).map(({ event }) => event.id)).toEqual(["a.queued.1", "a.running.2"]);
  });

  it("gives up after the time for it, keeps the reason, and goes on with the next event", async () => {
    const target = await receiver((response, { headers }) =>
      status(headers["webhook-id"] === "a.created.0" ? 404 : 204)(response),
    );
    urls.set("a", target.url);
    start({ retryMs: 20_000 });
    feed.append(jobEvent("a", "created", 0), jobEvent("a", "queued", 1));
    for (const wait of [2_500, 5_000, 10_000]) {
      await expect.poll(() => clock.waits()).toEqual([wait]);
      clock.advance(wait);
    }
    await expect.poll(() => ids(target).at(-1)).toBe("a.queued.1");
    expect(givenUp).toEqual(["a.created.0: HTTP status 404"]);
    expect(await store.listFailed({ limit: 9 })).toMatchObject([
      { jobId: "a", attempts: 4, reason: "HTTP status 404", event: { id: "a.created.0" } },
    ]);
    await expect.poll(isIdle).toBe(true);
  });

  it("forgets what waits for a job that is deleted", async () => {
    const target = await receiver(status(500));
    urls.set("a", target.url);
    start();
    feed.append(jobEvent("a", "created", 0));
    await expect.poll(() => clock.waits()).toEqual([2_500]);
    urls.delete("a");
    feed.append(jobEvent("a", "queued", 1), jobEvent("a", "deleted", 2));
    await expect.poll(() => store.position()).toMatchObject({ sequence: 3 });
    clock.advance(2_500);
    await expect.poll(isIdle).toBe(true);
    expect(ids(target)).toEqual(["a.created.0"]);
  });

  it("does not let one slow receiver delay the others, and keeps its bounds", async () => {
    const unanswered: ServerResponse[] = [];
    const slow = await receiver((response) => unanswered.push(response));
    const quick = await receiver(status(204));
    const jobs = Array.from({ length: 9 }, (_, n) => `slow${n}`);
    for (const job of jobs) urls.set(job, slow.url);
    urls.set("quick", quick.url);
    start({ concurrency: 16, concurrencyPerOrigin: 3 });
    feed.append(...jobs.map((job) => jobEvent(job, "created", 0)), jobEvent("quick", "created", 0));
    await expect.poll(() => ids(quick)).toEqual(["quick.created.0"]);
    await expect.poll(() => unanswered.length).toBe(3);
    for (let answered = 0; answered < 9; answered++) {
      await expect.poll(() => unanswered.length).toBe(Math.min(3, 9 - answered));
      expect(slow.received.length - answered).toBeLessThanOrEqual(3);
      status(204)(unanswered.shift() as ServerResponse);
    }
    await expect.poll(isIdle).toBe(true);
  });

  it("leaves room for others when several receivers do not answer, each with many webhooks", async () => {
    const unanswered: ServerResponse[] = [];
    const hang = (response: ServerResponse) => unanswered.push(response);
    const dead = [await receiver(hang), await receiver(hang), await receiver(hang), await receiver(hang)];
    const jobs = Array.from({ length: 40 }, (_, n) => `dead${n}`);
    for (const [n, job] of jobs.entries()) urls.set(job, dead[n % 4]?.url ?? "");
    const quick = await receiver(status(204));
    urls.set("quick", quick.url);
    start({ concurrency: 32 });
    stops.push(() => {
      for (const response of unanswered) response.destroy();
    });
    feed.append(...jobs.map((job) => jobEvent(job, "created", 0)));
    await expect.poll(() => dead.every(({ received }) => received.length > 0)).toBe(true);
    feed.append(jobEvent("quick", "created", 0));
    await expect.poll(() => ids(quick)).toEqual(["quick.created.0"]);
    expect(unanswered.length).toBeLessThan(16);
  });

  it("leaves room for another owner when one has many receivers that do not answer", async () => {
    const hanging: string[] = [];
    const ended = Promise.withResolvers<void>();
    const delivered: string[] = [];
    const deliver: DispatcherOptions["deliver"] = async ({ id }) => {
      if (id.startsWith("hangs")) {
        hanging.push(id);
        await ended.promise;
      }
      delivered.push(id);
      return { kind: "delivered" };
    };
    const ofOwner = (owner: string, jobId: string) => {
      urls.set(jobId, `https://${jobId}.example/`);
      return { ...jobEvent(jobId, "created", 0), owner };
    };
    const jobs = Array.from({ length: 20 }, (_, n) => `hangs${n}`);
    feed.append(...jobs.map((jobId) => ofOwner("one", jobId)));
    start({ concurrency: 16, deliver });
    stops.push(() => ended.resolve());
    await expect.poll(() => hanging.length).toBe(8);
    feed.append(ofOwner("other", "quick"));
    await expect.poll(() => delivered).toEqual(["quick.created.0"]);
    expect(hanging).toHaveLength(8);
    ended.resolve();
    await expect.poll(() => delivered.length).toBe(21);
    await expect.poll(isIdle).toBe(true);
  });

  it("does not send again what only the store failed to take", async () => {
    const target = await receiver(status(204));
    urls.set("a", target.url);
    const full = new Error("no room");
    let refusals = 2;
    const remove: WebhookStore["remove"] = async (webhook, now) => {
      if (refusals-- > 0) throw full;
      await store.remove(webhook, now);
    };
    const failing = new Proxy(store, {
      get: (target, name: keyof WebhookStore) => (name === "remove" ? remove : target[name].bind(target)),
    });
    start({ store: failing, storeRetryDelayMs: 1_000 });
    feed.append(jobEvent("a", "created", 0), jobEvent("a", "queued", 1));
    for (let n = 0; n < 2; n++) {
      await expect.poll(() => clock.waits()).toEqual([1_000]);
      clock.advance(1_000);
    }
    await expect.poll(isIdle).toBe(true);
    expect(ids(target)).toEqual(["a.created.0", "a.queued.1"]);
    expect(errors).toEqual([full, full]);
  });

  it("goes on after the log or the jobs could not be read", async () => {
    const target = await receiver(status(204));
    const broken = new Error("unreadable");
    let failures = 2;
    const callbackOf = async () => {
      if (failures-- > 0) throw broken;
      return { url: target.url };
    };
    start({ callbackOf, storeRetryDelayMs: 1_000 });
    feed.append(jobEvent("a", "created", 0));
    for (let n = 0; n < 2; n++) {
      await expect.poll(() => clock.waits()).toEqual([1_000]);
      clock.advance(1_000);
    }
    await expect.poll(() => ids(target)).toEqual(["a.created.0"]);
    expect(errors).toEqual([broken, broken]);
    feed.append(jobEvent("a", "queued", 1));
    await expect.poll(() => ids(target)).toEqual(["a.created.0", "a.queued.1"]);
    await expect.poll(isIdle).toBe(true);
  });

  it("misses nothing that could not be stored, and sends once what was stored without an answer", async () => {
    const target = await receiver(status(204));
    urls.set("a", target.url);
    const away = failure("STORE_UNAVAILABLE", "Away.");
    const advance = store.advance.bind(store);
    vi.spyOn(store, "advance")
      .mockRejectedValueOnce(away)
      .mockImplementationOnce(async (...progress) => {
        await advance(...progress);
        throw away;
      });
    start();
    feed.append(jobEvent("a", "created", 0));
    for (let n = 0; n < 2; n++) {
      await expect.poll(() => clock.waits()).toEqual([1_000]);
      clock.advance(1_000);
    }
    await expect.poll(() => ids(target)).toEqual(["a.created.0"]);
    feed.append(jobEvent("a", "queued", 1));
    await expect.poll(() => ids(target).length).toBeGreaterThan(1);
    await expect.poll(isIdle).toBe(true);
    expect(ids(target)).toEqual(["a.created.0", "a.queued.1"]);
    expect(errors).toEqual([away, away]);
  });

  it("reads the log from where it was, not from its beginning, after it could not be read", async () => {
    const target = await receiver(status(204));
    urls.set("a", target.url);
    const away = failure("STORE_UNAVAILABLE", "Away.");
    let isAway = false;
    const read: EventFeed["read"] = async (page) => {
      if (isAway) throw away;
      return feed.read(page);
    };
    start({ feed: { ...feed, read } });
    feed.append(jobEvent("a", "created", 0));
    await expect.poll(() => ids(target)).toEqual(["a.created.0"]);
    isAway = true;
    feed.append(jobEvent("a", "queued", 1));
    await expect.poll(() => clock.waits()).toEqual([1_000]);
    isAway = false;
    clock.advance(1_000);
    await expect.poll(() => ids(target).at(-1)).toBe("a.queued.1");
    await expect.poll(isIdle).toBe(true);
    expect(ids(target)).toEqual(["a.created.0", "a.queued.1"]);
    expect(errors).toEqual([away]);
  });

  it("saves where it is in the log, also if nothing was sent for long, and when it is closed", async () => {
    const { reads, watched } = watchedFeed();
    const dispatcher = start({ feed: watched });
    const unsent = (count: number) => Array.from({ length: count }, (_, index) => imageEvent("a", index, "done"));
    feed.append(...unsent(1_999));
    await expect.poll(() => reads.at(-1)).toBe(1_999);
    expect(await store.position()).toMatchObject({ sequence: 0 });
    feed.append(...unsent(1));
    await expect.poll(() => store.position()).toMatchObject({ sequence: 2_000 });
    feed.append(...unsent(7));
    feed.append(...unsent(1));
    await expect.poll(() => reads.at(-1)).toBe(2_008);
    await dispatcher.close();
    expect(await store.position()).toMatchObject({ sequence: 2_008 });
  });

  it.each([
    ["an event", () => feed.append(imageEvent("a", 0, "done"))],
    ["a webhook that is due", (dispatcher: WebhookDispatcher) => dispatcher.wake()],
  ])("reads nothing again that another node has read since %s, when it leads again", async (_what, notice) => {
    const { reads, watched } = watchedFeed();
    let leads = true;
    const dispatcher = start({ feed: watched, lease: { isLeader: async () => leads, release: async () => {} } });
    await expect.poll(() => reads.length).toBeGreaterThan(0);
    leads = false;
    notice(dispatcher);
    for (let n = 0; n < 2; n++) {
      await expect.poll(() => clock.waits()).toEqual([1_000]);
      clock.advance(1_000);
    }
    await expect.poll(() => clock.waits()).toEqual([1_000]);
    const after = await store.position();
    await store.advance({ after, cursor: 1, webhooks: [], deletedJobIds: [] }, new Date(clock.now()).toISOString());
    reads.length = 0;
    leads = true;
    clock.advance(1_000);
    await expect.poll(() => reads[0]).toBe(1);
  });

  it.each([
    [async () => undefined, "the receiver has no secret any more", 0],
    [() => Promise.reject(new Error("away")), "the receiver's secret could not be read", 1],
  ])("tries later what it cannot sign, and says why", async (signerOf, why, faults) => {
    const target = await receiver(status(204));
    urls.set("a", target.url);
    start({ signerOf, retryMs: 0 });
    feed.append(jobEvent("a", "created", 0));
    await expect.poll(() => givenUp).toEqual([`a.created.0: ${why}`]);
    expect(target.received).toEqual([]);
    expect(errors).toHaveLength(faults);
  });

  it("makes no more attempts at once than it may, and few of them at receivers that take half of the time", async () => {
    const limits = { concurrency: 8, timeoutMs: 1_000 };
    const answers: (() => void)[] = [];
    let attempts = 0;
    const deliver: DispatcherOptions["deliver"] = async () => {
      attempts++;
      await new Promise<void>((resolve) => answers.push(resolve));
      return { kind: "delivered" };
    };
    const jobs = Array.from({ length: 6 }, (_, n) => `job${n}`);
    for (const job of jobs) urls.set(job, `https://${job}.example/`);
    feed.append(...jobs.map((job) => jobEvent(job, "created", 0)));
    start({ ...limits, deliver });
    await expect.poll(() => answers.length).toBe(4);
    clock.advance(501);
    for (const answer of answers.splice(0)) answer();
    await expect.poll(() => answers.length).toBe(2);
    expect(attempts).toBe(6);
    clock.advance(501);
    for (const answer of answers.splice(0)) answer();
    await expect.poll(isIdle).toBe(true);
    feed.append(...jobs.map((job) => jobEvent(job, "queued", 1)));
    // Each of them was slow: together they leave half of the slots.
    for (let answered = 0; answered < 6; answered += 2) {
      await expect.poll(() => answers.length).toBe(2);
      expect(attempts).toBe(8 + answered);
      clock.advance(501);
      for (const answer of answers.splice(0)) answer();
    }
    await expect.poll(isIdle).toBe(true);
  });

  it("sends at once what a clock that was ahead has postponed, and waits for what may be due in an hour", async () => {
    const target = await receiver(status(204));
    const at = (minutes: number) => new Date(clock.now() + minutes * MINUTE).toISOString();
    const webhooks = ["a", "b", "c"].map((jobId, n) => ({
      ...{ sequence: n + 1, jobId, url: target.url, event: jobEvent(jobId, "created", 0) },
    }));
    await store.advance({ after: await store.position(), cursor: 3, webhooks, deletedJobIds: [] }, at(0));
    const [a, b] = webhooks as [Webhook, Webhook];
    await store.postpone(a, at(60));
    await store.postpone(b, at(24 * 60));
    start();
    await expect.poll(() => ids(target)).toEqual(["c", "b"].map((job) => jobEvent(job, "created", 0).id));
    await expect.poll(() => clock.waits()).toEqual([60 * MINUTE]);
    clock.advance(60 * MINUTE);
    await expect.poll(() => target.received.length).toBe(3);
    await expect.poll(isIdle).toBe(true);
  });

  it("waits for as long as a webhook was postponed, also if the clock is set back while it looks for it", async () => {
    const at = (ms: number) => new Date(ms).toISOString();
    const webhook = { sequence: 1, jobId: "a", url: "http://192.0.2.1/", event: jobEvent("a", "created", 0) };
    await store.advance({ after: await store.position(), cursor: 1, webhooks: [webhook], deletedJobIds: [] }, at(0));
    await store.postpone(webhook, at(clock.now() + MINUTE));
    let [looks, setBackMs, setsBack] = [0, 0, false];
    const nextDueAfter: WebhookStore["nextDueAfter"] = async (time) => {
      const next = await store.nextDueAfter(time);
      looks++;
      if (setsBack) setBackMs = 100 * 24 * 60 * MINUTE;
      return next;
    };
    const watched = new Proxy(store, {
      get: (target, name: keyof WebhookStore) => (name === "nextDueAfter" ? nextDueAfter : target[name].bind(target)),
    });
    const dispatcher = start({ store: watched, clock: { ...clock, now: () => clock.now() - setBackMs } });
    // Of the two rounds with which it begins.
    await expect.poll(() => looks).toBe(4);
    setsBack = true;
    dispatcher.wake();
    await expect.poll(() => looks).toBe(6);
    for (let n = 0; n < 10; n++) await turn();
    expect(clock.waits()).toEqual([MINUTE]);
  });

  it("can be closed while the store does not take what was sent", async () => {
    const target = await receiver(status(204));
    urls.set("a", target.url);
    const away = failure("STORE_UNAVAILABLE", "Away.");
    const remove: WebhookStore["remove"] = async () => {
      closed ??= dispatcher.close();
      throw away;
    };
    const failing = new Proxy(store, {
      get: (target, name: keyof WebhookStore) => (name === "remove" ? remove : target[name].bind(target)),
    });
    let closed: Promise<void> | undefined;
    const dispatcher = start({ store: failing });
    feed.append(jobEvent("a", "created", 0));
    await expect.poll(() => errors).toEqual([away]);
    await closed;
    expect(await store.nextDue("9999")).toMatchObject({
      jobId: "a",
      attempts: 0,
    });
  });

  it("finishes the attempt under way when it is closed, and starts no other", async () => {
    const unanswered: ServerResponse[] = [];
    const target = await receiver((response) => unanswered.push(response));
    urls.set("a", target.url);
    const release = vi.fn(async () => {});
    const dispatcher = start({ lease: { isLeader: async () => true, release } });
    feed.append(jobEvent("a", "created", 0), jobEvent("a", "queued", 1), ...Array(7).fill(imageEvent("a", 0, "done")));
    await expect.poll(() => unanswered.length).toBe(1);
    const closed = dispatcher.close();
    for (let n = 0; n < 10; n++) await turn();
    // Another node would send it too.
    expect(release).not.toHaveBeenCalled();
    status(204)(unanswered[0] as ServerResponse);
    await closed;
    expect(release).toHaveBeenCalledOnce();
    expect(ids(target)).toEqual(["a.created.0"]);
    expect(await store.nextDue("9999")).toMatchObject({
      sequence: 2,
      attempts: 0,
    });
    expect(await store.position()).toMatchObject({ sequence: 9 });
  });
});
