/** A page of jobs costs no count of the images of those that have finished. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { loadConfig } from "../../lib/config.ts";
import type { Job } from "../../lib/jobs/job.ts";
import { JobRuntime } from "../../lib/jobs/job-runtime.ts";
import { cancelJob, finishJob } from "../../lib/jobs/transitions.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { files, later, queued } from "../ports/sample-jobs.ts";
import { temporaryFolder } from "../support/service.ts";

const folder = temporaryFolder();
let backends: Backends;
let node: JobRuntime;
beforeEach(async () => {
  backends = await openEmbedded({ folder, leaseMs: 1000 });
  node = await JobRuntime.start(backends, {
    ...loadConfig({}),
    // Nothing is ever detected.
    whenReady: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
    prepareSuspect: async () => {},
    detect: async () => [],
    announce: () => {},
    onError: () => {},
  });
});
afterEach(async () => {
  await node.close();
  rmSync(folder, { recursive: true });
});

it("shows the same counts as one job alone", async () => {
  const { store } = backends;
  const counts = { total: 3, pending: 0, running: 0, done: 2, failed: 1 };
  for (const id of ["finished", "old", "cancelled", "queued"]) await store.insertJob(queued(id), files(3));
  await store.updateJob("finished", (job) => finishJob(job, counts, later));
  // Finished by a version that did not keep them.
  await store.updateJob("old", (job) => {
    const { next, events } = finishJob(job, counts, later);
    const { finalImages: _images, ...rest } = next;
    return { next: rest as Job, events };
  });
  await store.updateJob("cancelled", (job) => cancelJob(job, later));
  const counted = vi.spyOn(store, "countImages");
  const { items } = await node.reader.list({ limit: 10 });
  const listed = Object.fromEntries(items.map(({ id, images }) => [id, images]));
  const pending = { total: 3, pending: 3, running: 0, done: 0, failed: 0 };
  expect(listed).toEqual({ finished: counts, old: pending, cancelled: pending, queued: pending });
  expect(counted.mock.calls.flat().sort()).toEqual(["old", "queued"]);
  const finished = await node.reader.view("finished");
  expect(finished).toMatchObject({ images: counts, progress: { fraction: 1 } });
  expect(finished).not.toHaveProperty("finalImages");
});
