import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { failure } from "../../lib/errors.ts";
import { Dispatcher } from "../../lib/jobs/dispatcher.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { cancelJob } from "../../lib/jobs/transitions.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { files, now, queued, result } from "../ports/sample-jobs.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { temporaryFolder } from "../support/service.ts";

const ID = "11111111-1111-4111-8111-111111111111";

let folder: string;
let backends: Backends;
let announced: string[];
let errors: unknown[];
beforeEach(async () => {
  folder = temporaryFolder();
  backends = await openEmbedded({ folder, leaseMs });
  announced = [];
  errors = [];
  await storeImage(backends.blobs, ID, [Buffer.from("image")], 1e6);
  await backends.store.insertJob(queued(ID), files(1));
  await backends.queue.push(tasksOf(ID, 1));
});
afterEach(async () => {
  await backends.close();
  rmSync(folder, { recursive: true });
});

const leaseMs = 200;
function dispatch(blobs = backends.blobs): Dispatcher {
  return new Dispatcher(
    { ...backends, blobs },
    {
      concurrency: 1,
      maxAttempts: 1,
      leaseMs,
      whenReady: async () => {},
      prepareSuspect: async () => {},
      detect: async () => [result],
      clock: systemClock,
      onJobFinished: (job) => announced.push(`${job.id} ${job.state}`),
      onError: (error) => errors.push(error),
    },
  );
}

test("the end of a job is announced also if its images cannot be removed, and they are removed later", async () => {
  let faults = 1;
  const remove = async (jobId: string) => {
    if (faults-- > 0) throw failure("STORE_UNAVAILABLE", "Away.");
    await backends.blobs.delete(jobId);
  };
  const blobs = Object.assign(Object.create(backends.blobs) as typeof backends.blobs, { delete: remove });
  const dispatcher = dispatch(blobs);
  await expect.poll(() => errors).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
  expect(announced).toEqual([`${ID} succeeded`]);
  await expect.poll(() => backends.blobs.hasAny(ID)).toBe(false);
  await expect.poll(() => backends.queue.size()).toBe(0);
  expect(errors).toHaveLength(1);
  await dispatcher.close();
});

test("the images of a job are removed with its first task, if whoever cancelled the job died before", async () => {
  await backends.store.updateJob(ID, (job) => cancelJob(job, now));
  const dispatcher = dispatch();
  await expect.poll(() => backends.queue.size()).toBe(0);
  await dispatcher.close();
  expect(await backends.blobs.hasAny(ID)).toBe(false);
  expect(errors).toEqual([]);
});
