import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded/backends.ts";
import { Dispatcher } from "../../lib/jobs/dispatcher.ts";
import { fetchImage } from "../../lib/jobs/fetch-image.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { queued } from "../ports/sample-jobs.ts";
import { golden } from "../support/job-client.ts";

/** The real store, which does not know of a picture for the first few times it is asked. */
function late(blobs: Backends["blobs"], misses: number): Backends["blobs"] {
  return {
    put: (...args) => blobs.put(...args),
    get: async (...args) => (misses-- > 0 ? undefined : blobs.get(...args)),
    delete: (jobId) => blobs.delete(jobId),
    jobIds: () => blobs.jobIds(),
  };
}

test.each([
  [1, { state: "done" }],
  [2, { state: "done" }],
  [Number.POSITIVE_INFINITY, { state: "failed", problem: { code: "PICTURE_GONE" } }],
])("an image whose picture is missing %d times", async (misses, outcome) => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-late-"));
  const backends = await openEmbedded({ folder, leaseMs: 10_000 });
  const [picture] = golden;
  const { sha256, bytes } = await backends.blobs.put("late", [picture?.bytes as Uint8Array], 1e6);
  await backends.store.insertJob(queued("late"), [{ fileName: "late.jpg", sha256, bytes }]);
  await backends.queue.push([{ jobId: "late", index: 0, priority: 5 }]);
  const seen: Buffer[] = [];
  const blobs = late(backends.blobs, misses);
  const dispatcher = new Dispatcher(backends, {
    concurrency: 1,
    maxAttempts: 3,
    leaseMs: 10_000,
    whenReady: async () => {},
    prepareSuspect: async () => {},
    detect: async (reference) => {
      seen.push(await fetchImage(blobs, reference));
      return { sha256, width: 250, height: 250, faces: [], timings: { queueMs: 0, decodeMs: 0, inferenceMs: 0 } };
    },
    onJobFinished: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const image = () => backends.store.getImage("late", 0);
  await expect.poll(image, { timeout: 10_000 }).toMatchObject({ ...outcome, attempts: 1 });
  expect(seen).toEqual(outcome.state === "done" ? [Buffer.from(picture?.bytes as Uint8Array)] : []);
  await dispatcher.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});
