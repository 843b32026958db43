/** Deleting jobs that are gone, or never were. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { JobManager } from "../../lib/jobs/job-manager.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { queued } from "../ports/sample-jobs.ts";
import { temporaryFolder } from "../support/service.ts";

let folder: string;
let backends: Backends;
let manager: JobManager;
beforeEach(async () => {
  folder = temporaryFolder();
  backends = await openEmbedded({ folder, leaseMs: 1_000 });
  manager = new JobManager(backends, () => {});
});
afterEach(async () => {
  await backends.close();
  rmSync(folder, { recursive: true });
});

/** In a cluster, each of the two removes messages from a stream, which all of its servers write down. */
function removals() {
  return [vi.spyOn(backends.queue, "dropJob"), vi.spyOn(backends.blobs, "delete")] as const;
}

test("removes nothing for an id of which there is nothing", async () => {
  const [dropJob, remove] = removals();
  await expect(manager.delete("unknown")).rejects.toMatchObject({ type: "JOB_NOT_FOUND" });
  expect(dropJob).not.toHaveBeenCalled();
  expect(remove).not.toHaveBeenCalled();
});

test.each([0, 1])("removes what a request left that failed after the job was gone, at step %i", async (step) => {
  const { sha256, bytes } = await storeImage(backends.blobs, "job", [Buffer.from("image")], 1e6);
  await backends.store.insertJob(queued("job"), [{ fileName: "a.jpg", sha256, bytes }]);
  const [dropJob] = removals();
  removals()[step]?.mockRejectedValueOnce(new Error("crash"));
  await expect(manager.delete("job")).rejects.toThrow("crash");
  expect(await backends.blobs.hasAny("job")).toBe(true);

  await expect(manager.delete("job")).rejects.toMatchObject({ type: "JOB_NOT_FOUND" });
  expect(await backends.blobs.hasAny("job")).toBe(false);
  expect(dropJob).toHaveBeenCalledTimes(2);
});
