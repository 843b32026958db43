/**
 * Measures time and memory of the mean of stored encodings, by their number. Uses a data folder of its own.
 *
 *   node scripts/run.mjs node --expose-gc bench/mean.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "../lib/backends/embedded.ts";
import { Slices } from "../lib/concurrency/slices.ts";
import { meanEncoding } from "../lib/encoding/mean-encoding.ts";
import { completeImage, createJob, startAttempt } from "../lib/jobs/transitions.ts";
import { Random } from "../test/support/random.ts";
import { updateImage } from "../test/support/update-image.ts";

const DIMENSIONS = 128;
const MODEL = "face-encoding";
const now = new Date().toISOString();
const random = new Random(1);
const folder = mkdtempSync(join(tmpdir(), "sightline-mean-"));
const backends = await openEmbedded({ folder, leaseMs: 1000 });
const { store } = backends;
const slices = new Slices();

async function add(jobId: string, count: number): Promise<void> {
  const sha256 = "a".repeat(64);
  const images = Array.from({ length: count }, () => ({ fileName: null, sha256, bytes: 1 }));
  await store.insertJob(createJob({ id: jobId, model: MODEL }, now), images);
  const timings = { queueMs: 0, decodeMs: 0, inferenceMs: 0, perModelMs: {} };
  for (let index = 0; index < count; index++) {
    const encoding = Array.from({ length: DIMENSIONS }, () => random.next() - 0.5);
    const results = { [MODEL]: { version: "v1", faces: [{ box: [0, 0, 1, 1] as never, encoding }] } };
    const result = { sha256, width: 1, height: 1, results, timings };
    const started = updateImage(store, jobId, index, (image) => startAttempt(image, now));
    const done = updateImage(store, jobId, index, (image) => completeImage(image, result, now));
    if (index % 500 === 499) await Promise.all([started, done]);
  }
}

const usedMiB = () => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
};

/** Peak growth of memory while the mean was read. */
async function peakMiB(): Promise<number> {
  const before = usedMiB();
  let peak = before;
  const watched: Pick<typeof store, "listEncodings"> = {
    async listEncodings(request) {
      const page = await store.listEncodings(request);
      peak = Math.max(peak, usedMiB());
      return page;
    },
  };
  await meanEncoding(watched, { owner: null, model: MODEL }, slices);
  return peak - before;
}

console.log("encodings          ms    peak MiB");
for (let stored = 0, next = 1_000; next <= 100_000; next *= 10) {
  await add(`job-${next}`, next - stored);
  stored = next;
  const startedAt = performance.now();
  const { count } = await meanEncoding(store, { owner: null, model: MODEL }, slices);
  const ms = (performance.now() - startedAt).toFixed(0);
  console.log(`${String(count).padStart(9)}${ms.padStart(12)}${(await peakMiB()).toFixed(1).padStart(12)}`);
}
await backends.close();
rmSync(folder, { recursive: true });
