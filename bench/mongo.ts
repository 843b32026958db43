/**
 * Measures the cost of the job store on MongoDB, or on FerretDB if there is none: image state changes per second, and
 * the dispatcher's queries.
 *
 *   node bench/mongo.ts [images] [in flight]
 */
import { randomUUID } from "node:crypto";
import { openMongo } from "../lib/backends/mongo/mongo.ts";
import type { NewImage } from "../lib/jobs/job.ts";
import { completeImage, createJob, queueJob, startAttempt } from "../lib/jobs/transitions.ts";
import { nowTimestamp } from "../lib/time/timestamp.ts";
import { startMongoServer } from "../test/support/mongo-server.ts";
import { updateImage } from "../test/support/update-image.ts";

const [count = 1_465, inFlight = 16] = process.argv.slice(2).map(Number);
const QUESTIONS = 20;

const server = await startMongoServer();
if (!server) process.exit(1);
const { store, close } = await openMongo(server.url, { database: `bench-${randomUUID()}` });

const sha256 = "a".repeat(64);
const images = Array.from({ length: count }, (_, n): NewImage => ({ fileName: `${n}.jpg`, sha256, bytes: 1e4 }));
const timings = { queueMs: 1.5, decodeMs: 0.25, inferenceMs: 4.5 };
const result = { sha256, width: 250, height: 250, faces: [[1, 2, 3, 4] as [number, number, number, number]], timings };

async function time(name: string, operations: number, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  const milliseconds = performance.now() - start;
  const perSecond = Math.round((operations * 1000) / milliseconds);
  console.log(`${name.padEnd(44)} ${milliseconds.toFixed(0).padStart(7)} ms ${String(perSecond).padStart(8)} /s`);
}

/** Processes every image once, with bounded concurrency. */
async function each(change: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await change(index);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

const { next: job } = queueJob(createJob({ id: "job", model: "faces-haar" }, nowTimestamp()).next, nowTimestamp());
await time(`a job of ${count} images`, count, () => store.insertJob({ next: job, events: [] }, images));
await time(`pending → running, ${inFlight} in flight`, count, () =>
  each((index) => updateImage(store, "job", index, (image) => startAttempt(image, nowTimestamp()))),
);
await time(`running → done, ${inFlight} in flight`, count, () =>
  each((index) => updateImage(store, "job", index, (image) => completeImage(image, result, nowTimestamp()))),
);
await time("hasUnfinishedImages", QUESTIONS, async () => {
  for (let n = 0; n < QUESTIONS; n++) await store.hasUnfinishedImages("job");
});
await time("countImages", QUESTIONS, async () => {
  for (let n = 0; n < QUESTIONS; n++) await store.countImages("job");
});
await time("getImage", QUESTIONS, async () => {
  for (let n = 0; n < QUESTIONS; n++) await store.getImage("job", n);
});
await time(`publishing ${2 * count} events`, 2 * count, async () => {
  for (let page = await store.unpublishedEvents(500); page.length > 0; page = await store.unpublishedEvents(500))
    await store.markPublished(page);
});
await close();
await server.stop();
