/**
 * Measures the cost of an image on the main thread over its life cycle outside the detector: added with its job,
 * queued, leased, running, done, its events stored and appended to the log.
 *
 *   node scripts/run.mjs node bench/store.ts [images] [in flight] [commit delay in ms]
 */

import { randomUUIDv7 } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "../lib/backends/embedded.ts";
import { EventPublisher } from "../lib/jobs/event-publisher.ts";
import { completeImage, createJob, finishJob, queueJob, startAttempt, startJob } from "../lib/jobs/transitions.ts";
import { updateImage } from "../test/support/update-image.ts";

const images = Number(process.argv[2] ?? 1465);
const inFlight = Number(process.argv[3] ?? 32);
const commitDelayMs = Number(process.argv[4] ?? 1);
const rounds = 5;
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const { store, log, queue, close } = await openEmbedded({ folder, commitDelayMs, leaseMs: 60_000 });
const publisher = new EventPublisher(store, log, {
  onError: (error) => {
    throw error;
  },
});

const now = () => new Date().toISOString();
const sha256 = "c0ffee".repeat(11).slice(0, 64);
const timings = { queueMs: 12.345, decodeMs: 0.123, inferenceMs: 4.567 };
const faces: [number, number, number, number][] = [[67, 67, 118, 118]];
const result = { sha256, width: 250, height: 250, faces, timings };

async function timed<T>(what: string, count: number, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - startedAt;
  const perImage = ((user + system) / 1000 / count).toFixed(4);
  console.log(`${what.padEnd(24)} ${perImage} ms CPU per image, ${(wallMs / count).toFixed(4)} ms wall`);
  return value;
}

async function consume(signal: AbortSignal, onDone: () => void): Promise<void> {
  for (;;) {
    const lease = await queue.take(signal);
    if (!lease) return;
    const { jobId, parcel: index } = lease.task;
    await updateImage(store, jobId, index, (image) => startAttempt(image, now()));
    await updateImage(store, jobId, index, (image) => completeImage(image, result, now()));
    await store.hasUnfinishedImages(jobId);
    await lease.ack();
    onDone();
  }
}

async function published(): Promise<void> {
  while ((await store.unpublishedEvents(1)).length > 0) await new Promise(setImmediate);
}

for (let round = 0; round < rounds; round++) {
  const id = randomUUIDv7();
  await timed("add and queue", images, async () => {
    const files = Array.from({ length: images }, (_, index) => ({ fileName: `${index}.jpg`, sha256, bytes: 15_000 }));
    await store.insertJob(createJob({ id, model: "faces-haar" }, now()), files);
    const job = await store.updateJob(id, (current) => queueJob(current, now()));
    const added = await store.listImages(id, { limit: images });
    await queue.push(added.map(({ index }) => ({ jobId: id, parcel: index, images: 1, priority: job?.priority ?? 5 })));
    await store.updateJob(id, (current) => startJob(current, now()));
  });
  await timed("run, events published", images, async () => {
    const over = new AbortController();
    let left = images;
    const onDone = () => {
      left -= 1;
      if (left === 0) over.abort();
    };
    await Promise.all(Array.from({ length: inFlight }, () => consume(over.signal, onDone)));
    const counts = await store.countImages(id);
    await store.updateJob(id, (job) => finishJob(job, counts, now()));
    await published();
  });
}
const pollStartedAt = performance.now();
const [job] = (await store.listJobs({ limit: 1 })).items;
for (let i = 0; i < 100; i++) await store.countImages(job?.id ?? "");
console.log(`counting ${images} images: ${((performance.now() - pollStartedAt) / 100).toFixed(3)} ms`);
console.log(
  `events: ${await log.lastSequence()}, file: ${(statSync(join(folder, "sightline.db")).size / 1e6).toFixed(1)} MB`,
);
await publisher.close();
await close();
const openedAt = performance.now();
const again = await openEmbedded({ folder, leaseMs: 60_000 });
console.log(`opening it again: ${(performance.now() - openedAt).toFixed(0)} ms`);
await again.close();
console.log(`most memory ever: ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB`);
rmSync(folder, { recursive: true });
