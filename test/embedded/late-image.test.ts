import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { systemClock } from "../../lib/clock.ts";
import { failure } from "../../lib/errors.ts";
import { Attempts } from "../../lib/jobs/attempts.ts";
import { Dispatcher } from "../../lib/jobs/dispatcher.ts";
import { fetchImage } from "../../lib/jobs/fetch-image.ts";
import { cancelJob, type Job, type JobImage, startAttempt } from "../../lib/jobs/job.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { nowTimestamp } from "../../lib/time.ts";
import { queued } from "../ports/sample-jobs.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { golden } from "../support/job-client.ts";
import { updateImage } from "../support/update-image.ts";

/** The real store, which does not know of an image for the first few times it is asked. */
function late(blobs: Backends["blobs"], misses: number): Backends["blobs"] {
  return {
    upload: (...args) => blobs.upload(...args),
    sync: (jobId) => blobs.sync(jobId),
    get: async (...args) => (misses-- > 0 ? undefined : blobs.get(...args)),
    has: (reference) => blobs.has(reference),
    delete: (jobId) => blobs.delete(jobId),
    hasAny: (jobId) => blobs.hasAny(jobId),
    isOlderThan: (...args) => blobs.isOlderThan(...args),
    jobIds: () => blobs.jobIds(),
  };
}

/** The real store, which cannot be reached the first few times it is asked. */
function away(blobs: Backends["blobs"], times: number): Backends["blobs"] {
  return Object.assign(late(blobs, 0), {
    get: async (...args: Parameters<typeof blobs.get>) => {
      if (times-- > 0) throw failure("STORE_UNAVAILABLE", "Away.");
      return blobs.get(...args);
    },
  });
}

type StandIn = (blobs: Backends["blobs"]) => Backends["blobs"];

const missing =
  (times: number): StandIn =>
  (blobs) =>
    late(blobs, times);
// More often than an image may be tried.
const unreachable: StandIn = (blobs) => away(blobs, 4);

test.each([
  ["is missing once", missing(1), { state: "done", attempts: 1 }],
  ["is missing twice", missing(2), { state: "done", attempts: 1 }],
  [
    "stays missing",
    missing(Number.POSITIVE_INFINITY),
    { state: "failed", attempts: 1, problem: { code: "PICTURE_GONE" } },
  ],
  ["cannot be reached for a while", unreachable, { state: "done", attempts: 5 }],
] as const)("an image whose file %s", async (_how, standIn, outcome) => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-late-"));
  const backends = await openEmbedded({ folder, leaseMs: 10_000 });
  const [sent] = golden;
  const { sha256, bytes } = await storeImage(backends.blobs, "late", [sent?.bytes as Uint8Array], 1e6);
  await backends.store.insertJob(queued("late"), [{ fileName: "late.jpg", sha256, bytes }]);
  await backends.queue.push(tasksOf("late", 1));
  const seen: Buffer[] = [];
  const blobs = standIn(backends.blobs);
  const dispatcher = new Dispatcher(backends, {
    concurrency: 1,
    maxAttempts: 3,
    leaseMs: 10_000,
    whenReady: async () => {},
    prepareSuspect: async () => {},
    detect: async ({ id: jobId }) => {
      seen.push(await fetchImage(blobs, { jobId, sha256 }));
      return [{ sha256, width: 250, height: 250, faces: [], timings: { queueMs: 0, decodeMs: 0, inferenceMs: 0 } }];
    },
    clock: systemClock,
    onJobFinished: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const image = () => backends.store.getImage("late", 0);
  await expect.poll(image).toMatchObject(outcome);
  expect(seen).toEqual(outcome.state === "done" ? [Buffer.from(sent?.bytes as Uint8Array)] : []);
  await dispatcher.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});

test("an image of a job that is cancelled before it is fetched goes back to those that were never begun", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-late-"));
  const backends = await openEmbedded({ folder, leaseMs: 10_000 });
  await backends.store.insertJob(queued("late"), [{ fileName: "late.jpg", sha256: "0".repeat(64), bytes: 1 }]);
  let calls = 0;
  const attempts = new Attempts(backends.store, {
    maxAttempts: 3,
    clock: systemClock,
    detect: async () => {
      calls++;
      await backends.store.updateJob("late", (job) => cancelJob(job, nowTimestamp()));
      throw failure("PICTURE_GONE", "Gone.");
    },
    onError: (error) => {
      throw error;
    },
  });
  const job = (await backends.store.getJob("late")) as Job;
  const image = await updateImage(backends.store, "late", 0, (current) => startAttempt(current, nowTimestamp()));
  expect(await attempts.make(job, [image as JobImage])).toEqual([]);
  const after = await backends.store.getImage("late", 0);
  expect([after?.state, after?.problem, calls]).toEqual(["pending", undefined, 1]);
  await backends.close();
  rmSync(folder, { recursive: true });
});
