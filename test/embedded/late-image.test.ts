import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { failure } from "../../lib/errors.ts";
import { Attempts } from "../../lib/jobs/attempts.ts";
import type { Job, JobImage } from "../../lib/jobs/job.ts";
import { cancelJob, startAttempt } from "../../lib/jobs/transitions.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { nowTimestamp } from "../../lib/time/timestamp.ts";
import { queued } from "../ports/sample-jobs.ts";
import { updateImage } from "../support/update-image.ts";

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
