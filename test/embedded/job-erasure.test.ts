/** An erasure of jobs whose events are on their way to the log. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { systemClock } from "../../lib/clock.ts";
import { eraseJobs } from "../../lib/jobs/erasure.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import { JobManager } from "../../lib/jobs/job-manager.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { queued } from "../ports/sample-jobs.ts";
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
    await expect(eraseJobs(backends, manager, "owner", { clock })).rejects.toThrow("not published in time");
  publisher = new EventPublisher(store, log, { onError });
  await eraseJobs(backends, manager, "owner");
  expect(await store.unpublishedEvents(9)).toEqual([]);
  expect(await log.countOf("owner")).toBe(0);
});
