import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { loadConfig } from "../../lib/config.ts";
import { JobRuntime } from "../../lib/jobs/job-runtime.ts";
import { temporaryFolder } from "../support/service.ts";

it("a node that cannot take up its jobs lets go of the data folder", async () => {
  const folder = temporaryFolder();
  const backends = await openEmbedded({ folder, leaseMs: 1000 });
  const jobIds = () => {
    throw new Error("the images cannot be read");
  };
  const settings = {
    ...loadConfig({}),
    whenReady: async () => {},
    prepareSuspect: async () => {},
    detect: async () => {
      throw new Error("nothing is detected");
    },
    announce: () => {},
    onError: () => {},
  };
  const damaged = { ...backends, blobs: Object.assign(Object.create(backends.blobs), { jobIds }) };
  await expect(JobRuntime.start(damaged, settings)).rejects.toThrow("the images cannot be read");
  const again = await openEmbedded({ folder, leaseMs: 1000 });
  await again.close();
  rmSync(folder, { recursive: true });
});
