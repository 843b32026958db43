/** Memory that malloc and V8 keep after images is given back to the kernel when the pool has nothing to do. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { defaultDetectionOptions as options } from "../../lib/contracts/default-options.ts";
import type { OpenCv } from "../../lib/vision/opencv.ts";
import { VisionPool } from "../../lib/vision/pool.ts";
import { cv } from "../support/opencv.ts";
import { poolSettings } from "../support/pool-settings.ts";

/** Not enough to make V8 collect it by itself. */
const LITTER_BYTES = 10_000_000;

const residentMiB = () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;

it("the addon gives back what lies between blocks in use", () => {
  const { trimMemory } = cv as OpenCv;
  trimMemory();
  const before = residentMiB();
  // 16 kB each, 64 MB together: too small for blocks of their own from the kernel.
  const mats = Array.from({ length: 4000 }, () => new cv.Mat(128, 128, cv.CV_8UC1, 1));
  for (const [index, mat] of mats.entries()) if (index % 100 !== 99) mat.release();
  expect(residentMiB() - before).toBeGreaterThan(50);
  trimMemory();
  expect(residentMiB() - before).toBeLessThan(25);
  for (const mat of mats) mat.release();
});

it("the pool does it after an image, and collects the garbage of all threads before", async () => {
  const garbage = new WeakRef({});
  const trims = new BroadcastChannel("trims");
  const trimmed = new Promise<number>((resolve) =>
    trims.addEventListener("message", ({ data }) => resolve(data), { once: true }),
  );
  const workerFile = fileURLToPath(new URL("../support/workers/misbehaving.worker.ts", import.meta.url));
  const image = { file: Buffer.from("answer"), options };
  const settings = { ...poolSettings, threads: 2, opencvThreads: 1, workerFile, queueSize: 10, hangTimeoutMs: 60_000 };
  const pool = await VisionPool.start({ ...settings, onHung: () => {} }, image, () => true);
  try {
    // In both threads, as it is not known which of them tells.
    const litter = { file: Buffer.from(`litter ${LITTER_BYTES}`), options };
    const run = () => pool.run(litter, { timeoutMs: 20_000, priority: "interactive" });
    await Promise.all([run(), run()]);
    expect(await trimmed).toBeLessThan(LITTER_BYTES);
    expect(garbage.deref()).toBeUndefined();
  } finally {
    trims.close();
    await pool.close();
  }
});
