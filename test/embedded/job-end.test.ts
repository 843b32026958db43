import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { systemClock } from "../../lib/clock.ts";
import { failure } from "../../lib/errors.ts";
import { Dispatcher } from "../../lib/jobs/dispatcher.ts";
import { files, queued, result } from "../ports/sample-jobs.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { temporaryFolder } from "../support/service.ts";

test("the end of a job is announced also if its images cannot be removed", async () => {
  const folder = temporaryFolder();
  const backends = await openEmbedded({ folder, leaseMs: 10_000 });
  await backends.store.insertJob(queued("job"), files(1));
  await backends.queue.push(tasksOf("job", 1));
  const away = async () => {
    throw failure("STORE_UNAVAILABLE", "Away.");
  };
  const blobs = Object.assign(Object.create(backends.blobs) as typeof backends.blobs, { delete: away });
  const announced: string[] = [];
  const errors: unknown[] = [];
  const dispatcher = new Dispatcher(
    { ...backends, blobs },
    {
      concurrency: 1,
      maxAttempts: 1,
      leaseMs: 10_000,
      whenReady: async () => {},
      prepareSuspect: async () => {},
      detect: async () => [result],
      clock: systemClock,
      onJobFinished: ({ id, state }) => announced.push(`${id} ${state}`),
      onError: (error) => errors.push(error),
    },
  );
  await expect.poll(() => errors).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
  expect(announced).toEqual(["job succeeded"]);
  await dispatcher.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});
