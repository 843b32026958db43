import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import type { CloudEvent } from "../../lib/jobs/events.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { EventLog } from "../../lib/ports/event-log.ts";
import { created, files, now, queued } from "../ports/sample-jobs.ts";
import { manualClock } from "../support/manual-clock.ts";

let folder: string;
let backends: Backends;
let publisher: EventPublisher | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-publisher-"));
  backends = await openEmbedded({ folder, leaseMs: 1000 });
});
afterEach(async () => {
  await publisher?.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});

/** The real log, whose appending can be made to fail before or after it took effect. */
function failing(log: EventLog, failures: ("before" | "after")[]): EventLog {
  return {
    read: (request) => log.read(request),
    lastSequence: () => log.lastSequence(),
    subscribe: (listener) => log.subscribe(listener),
    erase: (owners) => log.erase(owners),
    countOf: (owner) => log.countOf(owner),
    sweep: (before) => log.sweep(before),
    async append(events: readonly CloudEvent[]) {
      const failure = failures.shift();
      const appended = failure === "before" ? [] : await log.append(events);
      if (failure) throw new Error(failure);
      return appended;
    },
  };
}

test("publishes what it finds and what comes, in order, more than a page of it", async () => {
  const { store, log } = backends;
  await store.insertJob(queued("first"), files(1));
  publisher = new EventPublisher(store, log, { pauseMs: 0, onError: () => {} });
  await expect.poll(() => log.lastSequence()).toBe(2);
  for (let n = 0; n < 1200; n++) void store.insertJob(created(`job${n}`), []);
  await expect.poll(() => log.lastSequence()).toBe(1202);
  const ids = (await log.read({ after: 2, limit: 2000 })).map(({ event }) => event.id);
  expect(ids).toEqual(Array.from({ length: 1200 }, (_, n) => `job${n}.created.0`));
  await expect.poll(() => store.unpublishedEvents(1)).toEqual([]);
});

test("tries again what failed, without loss or double", async () => {
  const { store, log } = backends;
  const errors: unknown[] = [];
  const options = { pauseMs: 0, retryDelayMs: 1, onError: (error: unknown) => errors.push(error) };
  publisher = new EventPublisher(store, failing(log, ["before", "after", "before"]), options);
  await store.insertJob(queued("a"), files(1));
  await expect.poll(() => store.unpublishedEvents(1)).toEqual([]);
  expect(errors.map((error) => (error as Error).message)).toEqual(["before", "after", "before"]);
  expect((await log.read({ after: 0, limit: 9 })).map(({ event }) => event.id)).toEqual(["a.created.0", "a.queued.1"]);
});

test("publishes nothing after it was closed", async () => {
  const { store, log } = backends;
  const clock = manualClock();
  publisher = new EventPublisher(store, log, { clock, onError: () => {} });
  await publisher.close();
  await store.insertJob(created("a", {}, now), []);
  const woken = new Promise<void>((resolve) => store.onStored(resolve));
  await store.insertJob(created("b"), []);
  await woken;
  // A publisher that was woken would be about to publish.
  expect(clock.waits()).toEqual([]);
  expect(await log.lastSequence()).toBe(0);
  expect((await store.unpublishedEvents(9)).length).toBe(2);
});

test("ends with the page that it publishes when it is closed, and tells why it could not give its lease back", async () => {
  const { store, log } = backends;
  const { promise: answer, resolve } = Promise.withResolvers<void>();
  const append = vi.fn(async (events: readonly CloudEvent[], end: number) => {
    await answer;
    return log.append(events, end);
  });
  const away = new Error("away");
  const errors: unknown[] = [];
  await Promise.all(Array.from({ length: 501 }, (_, n) => store.insertJob(created(`job${n}`), [])));
  publisher = new EventPublisher(store, Object.assign(failing(log, []), { append }), {
    pauseMs: 0,
    lease: { isLeader: async () => true, release: () => Promise.reject(away) },
    onError: (error) => errors.push(error),
  });
  await expect.poll(() => append.mock.calls.length).toBe(1);
  const closed = publisher.close();
  resolve();
  await closed;
  expect(await log.lastSequence()).toBe(500);
  expect(errors).toEqual([away]);
});

test("waits before it tries again, and after that until it is woken or others may have stored something", async () => {
  const { store, log } = backends;
  const clock = manualClock();
  const onError = () => {};
  await store.insertJob(queued("a"), files(1));
  publisher = new EventPublisher(store, failing(log, ["before"]), { clock, onError, pollMs: 5_000 });
  expect(clock.waits()).toEqual([10]);
  clock.advance(10);
  await expect.poll(() => clock.waits()).toEqual([1_000]);
  clock.advance(1_000);
  await expect.poll(() => clock.waits()).toEqual([5_000]);
  expect(await log.lastSequence()).toBe(2);
  await store.insertJob(created("b"), []);
  await expect.poll(() => clock.waits()).toEqual([10]);
  // What comes meanwhile does not put it off.
  clock.advance(6);
  const woken = new Promise<void>((resolve) => store.onStored(resolve));
  await store.insertJob(created("c"), []);
  await woken;
  expect(clock.waits()).toEqual([4]);
});

test.each([
  [50, 150],
  [100, 250],
])("publishes what is stored during a round of %i ms in the next, %i ms later", async (roundMs, restMs) => {
  const { store, log } = backends;
  const clock = manualClock();
  const { promise: answer, resolve } = Promise.withResolvers<void>();
  let appends = 0;
  const slow: EventLog = Object.assign(failing(log, []), {
    async append(events: readonly CloudEvent[], end: number) {
      appends++;
      await answer;
      return log.append(events, end);
    },
  });
  await store.insertJob(created("a"), []);
  publisher = new EventPublisher(store, slow, { clock, onError: () => {} });
  clock.advance(10);
  await expect.poll(() => appends).toBe(1);
  await store.insertJob(created("b"), []);
  expect(clock.waits()).toEqual([]);
  clock.advance(roundMs);
  resolve();
  await expect.poll(() => clock.waits()).toEqual([restMs]);
  expect(await log.lastSequence()).toBe(1);
  clock.advance(restMs);
  await expect.poll(() => log.lastSequence()).toBe(2);
});

test("tells of events that are in the log until it succeeds once, also of those that were told of in vain", async () => {
  const { store, log } = backends;
  const clock = manualClock();
  const told: (readonly string[])[] = [];
  const appended: unknown[] = [];
  await store.insertJob(queued("a"), files(1));
  publisher = new EventPublisher(store, log, {
    clock,
    onError: () => {},
    onAppended: ({ after, events }) => appended.push([after, events.map(({ id }) => id)]),
    async onPublished(events) {
      told.push(events.map(({ id }) => id));
      if (told.length === 1) throw new Error("away");
    },
  });
  clock.advance(10);
  await expect.poll(() => clock.waits()).toEqual([1_000]);
  expect(await store.unpublishedEvents(9)).toHaveLength(2);
  clock.advance(1_000);
  await expect.poll(() => store.unpublishedEvents(9)).toEqual([]);
  const ids = ["a.created.0", "a.queued.1"];
  expect([told, appended]).toEqual([[ids, ids], [[0, ids]]]);
});

test("publishes what it has read before an erasure in another round", async () => {
  const { store, log } = backends;
  let isErasing = true;
  const erased: EventLog = Object.assign(failing(log, []), {
    async append(events: readonly CloudEvent[], end: number) {
      if (isErasing) await log.erase(["somebody"]);
      isErasing = false;
      return log.append(events, end);
    },
  });
  await store.insertJob(created("a"), []);
  publisher = new EventPublisher(store, erased, { pauseMs: 0, onError: () => {} });
  await expect.poll(() => store.unpublishedEvents(9)).toEqual([]);
});
