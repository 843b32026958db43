/** An erasure of jobs whose events are on their way to the log. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { eraseJobs } from "../../lib/jobs/erasure.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import { JobManager } from "../../lib/jobs/job-manager.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { callbackOf } from "../../lib/webhooks/callback.ts";
import { WebhookCollector } from "../../lib/webhooks/collector.ts";
import { created, queued } from "../ports/sample-jobs.ts";
import { temporaryFolder } from "../support/service.ts";

let folder: string;
let backends: Backends;
let publisher: EventPublisher | undefined;
let errors: unknown[];
const onError = (error: unknown) => errors.push(error);
beforeEach(async () => {
  folder = temporaryFolder();
  backends = await openEmbedded({ folder, leaseMs: 1_000 });
  publisher = undefined;
  errors = [];
});
afterEach(async () => {
  await publisher?.close();
  await backends.close();
  rmSync(folder, { recursive: true });
  expect(errors).toEqual([]);
});

test("jobs are erased only when their events are, also by a call after one that waited in vain", async () => {
  const { store, log } = backends;
  const manager = new JobManager(backends, onError);
  let now = 0;
  // Each look at the clock takes seconds.
  const clock = { ...systemClock, steady: () => (now += 6_000) };
  await store.insertJob(queued("job", { owner: "owner" }), []);
  for (let call = 0; call < 2; call++)
    await expect(eraseJobs(backends, manager, ["owner"], { clock })).rejects.toThrow("not published in time");
  publisher = new EventPublisher(store, log, { onError });
  await eraseJobs(backends, manager, ["owner"]);
  expect(await store.unpublishedEvents(9)).toEqual([]);
  expect(await log.countOf("owner")).toBe(0);
});

test("no event comes into the log after the erasure, however many others wait before it", async () => {
  const { store, log } = backends;
  const manager = new JobManager(backends, onError);
  for (let index = 0; index < 1_000; index++) await store.insertJob(created(`other-${index}`), []);
  await store.insertJob(queued("job", { owner: "owner" }), []);
  await manager.delete("job");
  const erased = eraseJobs(backends, manager, ["owner"]);
  publisher = new EventPublisher(store, log, { onError });
  await erased;
  await expect.poll(() => store.unpublishedEvents(9)).toEqual([]);
  expect(await log.countOf("owner")).toBe(0);
});

/** A job with a webhook that waits, or whose event is being read for one, is deleted; then its owner is erased. */
async function eraseAfterDelete(readDuringErasure: boolean) {
  const { store, log, webhooks } = backends;
  const manager = new JobManager(backends, onError);
  publisher = new EventPublisher(store, log, { onError });
  const job = { id: "job", model: "faces-haar", owner: "owner", callbackUrl: "https://receiver.example/?secret" };
  await manager.submit({ job, images: [{ fileName: "a.jpg", sha256: "0".repeat(64), bytes: 1 }], execute: true });
  await expect.poll(() => store.unpublishedEvents(9)).toEqual([]);
  const asked = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  const collector = new WebhookCollector({
    feed: log,
    store: webhooks,
    clock: systemClock,
    callbackOf: async (id) => {
      const callback = callbackOf(await store.getJob(id));
      asked.resolve();
      await goesOn.promise;
      return callback;
    },
  });
  const collecting = collector.collect();
  await asked.promise;
  if (!readDuringErasure) {
    goesOn.resolve();
    await collecting;
    expect(await webhooks.nextDue("9")).toMatchObject({ jobId: "job" });
  }
  await manager.delete("job");
  await eraseJobs(backends, manager, ["owner"]);
  goesOn.resolve();
  await collecting;
  while (await collector.collect());
  return webhooks.nextDue("9");
}

test("no webhook of a job that its owner deleted before is stored after the erasure", async () => {
  expect(await eraseAfterDelete(true)).toBeUndefined();
});

test("a webhook of a job that its owner deleted before does not wait after the erasure", async () => {
  expect(await eraseAfterDelete(false)).toBeUndefined();
});
