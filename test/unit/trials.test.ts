/** The process that suspects are tried in cannot be started. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Suspects } from "../../lib/vision/suspects/suspects.ts";
import type { PoolTask } from "../../lib/vision/task.ts";
import type { TrialPoolSettings } from "../../lib/vision/trials/trial-process.ts";
import { Trials } from "../../lib/vision/trials/trials.ts";

const { execPath } = process;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-trials-"));
});
afterEach(() => {
  process.execPath = execPath;
  rmSync(folder, { recursive: true });
});

it.each([
  ["ENOENT", "missing"],
  // Like ENOMEM, Node throws it at once.
  ["ELOOP", "node"],
])("is told of the image (%s), and tried again with the next", async (code, target) => {
  process.execPath = join(folder, "node");
  symlinkSync(target, process.execPath);
  const task: PoolTask = { file: Buffer.from("a"), options: { scaleFactor: 1.1, minNeighbors: 6, minSize: 96 } };
  const pool = { threads: 1, queueSize: 1, hangTimeoutMs: 1000 } as TrialPoolSettings;
  const suspects = new Suspects({ version: "1", folder: join(folder, "suspects"), onUnwritable: () => {} });
  const trials = new Trials({ pool, warmUp: task, suspects, onRefused: () => {} });
  const entry = { sha256: "0".repeat(64), request: "0".repeat(16) };
  for (let time = 0; time < 2; time++)
    await expect(trials.run(task, entry)).rejects.toMatchObject({
      type: "WORKER_LOST",
      message: expect.stringContaining(code),
    });
  await trials.close();
});
