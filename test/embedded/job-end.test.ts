import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { systemClock } from "../../lib/clock.ts";
import { failure } from "../../lib/errors.ts";
import { Dispatcher } from "../../lib/jobs/dispatcher.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { files, queued, result } from "../ports/sample-jobs.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { temporaryFolder } from "../support/service.ts";

test("the end of a job is announced also if its images cannot be removed, and they are removed later", async () => {
  const folder = temporaryFolder();
  const leaseMs = 200;
  const backends = await openEmbedded({ folder, leaseMs });
  const id = "11111111-1111-4111-8111-111111111111";
  await storeImage(backends.blobs, id, [Buffer.from("image")], 1e6);
  await backends.store.insertJob(queued(id), files(1));
  await backends.queue.push(tasksOf(id, 1));
  let faults = 1;
  const remove = async (jobId: string) => {
    if (faults-- > 0) throw failure("STORE_UNAVAILABLE", "Away.");
    await backends.blobs.delete(jobId);
  };
  const blobs = Object.assign(Object.create(backends.blobs) as typeof backends.blobs, { delete: remove });
  const announced: string[] = [];
  const errors: unknown[] = [];
  const dispatcher = new Dispatcher(
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
  await expect.poll(() => errors).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
  expect(announced).toEqual([`${id} succeeded`]);
  await expect.poll(() => backends.blobs.hasAny(id), { timeout: 10_000 }).toBe(false);
  await expect.poll(() => backends.queue.size()).toBe(0);
  expect(errors).toHaveLength(1);
  await dispatcher.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});
