/**
 * Measures the time of the first answers of `/v1/statistics`, and of a page of jobs, with many events and jobs stored.
 *
 *   node bench/statistics.ts sqlite|cluster [events] [jobs] [uncounted]
 *
 * `cluster` is NATS and the MongoDB server that `MONGO_SERVER` names. `uncounted` makes the events those of a version
 * that did not count what it appended.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pMap from "p-map";
import { openCluster } from "../lib/backends/cluster.ts";
import { openEmbedded } from "../lib/backends/embedded.ts";
import { EventPublisher } from "../lib/jobs/event-publisher.ts";
import type { CloudEvent } from "../lib/jobs/events.ts";
import type { Job } from "../lib/jobs/job.ts";
import { completeImage, createImage, createJob, startAttempt } from "../lib/jobs/transitions.ts";
import { ActivityRecorder } from "../lib/monitor/activity-recorder.ts";
import { StatisticsReader } from "../lib/monitor/statistics.ts";
import type { Backends } from "../lib/ports/backends.ts";
import type { AppendedEvents } from "../lib/ports/event-log.ts";
import type { JobStore } from "../lib/ports/job-store.ts";
import { startMongoServer } from "../test/support/mongo-server.ts";
import { startNatsServer } from "../test/support/nats-server.ts";

const [backend = "sqlite", eventCount = "200000", jobCount = "20000", uncounted] = process.argv.slice(2);
const UNFINISHED = 200;
const SPREAD_MS = 3_000_000;
const sha256 = "a".repeat(64);
const onNotice = (notice: string) => console.log(notice);

async function time<T>(name: string, work: () => Promise<T>): Promise<T> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const own = `${((user + system) / 1000).toFixed(0)} ms CPU here`;
  console.log(`${name.padEnd(44)} ${(performance.now() - start).toFixed(1).padStart(9)} ms  ${own}`);
  return result;
}

/** Events of images that were done in the last 50 minutes. */
function* events(): Generator<CloudEvent> {
  const timings = { queueMs: 1.5, decodeMs: 0.25, inferenceMs: 4.5 };
  const count = Number(eventCount);
  for (let n = 0; 2 * n < count; n++) {
    const now = new Date(Date.now() - SPREAD_MS + (SPREAD_MS * 2 * n) / count).toISOString();
    const image = createImage(`job-${n % 100}`, n, n, { fileName: `${n}.jpg`, sha256, bytes: 9_000 });
    const running = startAttempt(image, now);
    const result = { sha256, width: 250, height: 250, faces: [[1, 2, 3, 4]] as [number, number, number, number][] };
    const inferenceMs = timings.inferenceMs * (1 + (n % 97) / 50);
    yield* [
      ...running.events,
      ...completeImage(running.next, { ...result, timings: { ...timings, inferenceMs } }, now).events,
    ];
  }
}

/** Publishes the events as the service does. */
async function publish({ log, activity }: Backends): Promise<void> {
  const source = events();
  const done = Promise.withResolvers<void>();
  const store = {
    async unpublishedEvents(limit: number) {
      const page: CloudEvent[] = [];
      for (let next = source.next(); !next.done; next = source.next()) {
        page.push(next.value);
        if (page.length === limit) break;
      }
      if (page.length === 0) done.resolve();
      return page;
    },
    async markPublished() {},
    onStored: () => () => {},
  } as unknown as JobStore;
  const recorder = new ActivityRecorder(activity, done.reject);
  const onAppended = (appended: AppendedEvents) => uncounted ?? recorder.add(appended);
  const publisher = new EventPublisher(store, log, { onError: done.reject, onAppended, pauseMs: 0, pollMs: 1 });
  await done.promise;
  await publisher.close();
  await recorder.close();
}

async function fill({ store }: Backends): Promise<void> {
  const insert = (n: number) => {
    const now = new Date(Date.now() - 3_600_000 + n * 10).toISOString();
    const { next: job } = createJob({ id: randomUUID(), model: "faces-haar" }, now);
    const isFinished = n >= UNFINISHED;
    const states: Partial<Job> = isFinished
      ? { state: "succeeded", finishedAt: now, finalImages: { total: 1, pending: 0, running: 0, done: 1, failed: 0 } }
      : { state: "queued", queuedAt: now };
    return store.insertJob({ next: { ...job, ...states }, events: [] }, [{ fileName: "a.jpg", sha256, bytes: 9_000 }]);
  };
  await pMap(Array(Number(jobCount)).keys(), insert, { concurrency: 16 });
}

async function measure(open: () => Promise<Backends>): Promise<void> {
  const writer = await open();
  await time(`publishing ${eventCount} events`, () => publish(writer));
  await time(`storing ${jobCount} jobs`, () => fill(writer));
  await writer.close();
  const backends = await open();
  const statistics = new StatisticsReader(backends);
  for (const name of ["first", "second", "third"]) {
    const { activity, jobs } = await time(`statistics, ${name} answer`, () => statistics.read());
    console.log(JSON.stringify([activity.completeSince, activity.lastHour, activity.lastMinute, jobs]));
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  await statistics.close();
  await time("countJobs", () => backends.store.countJobs());
  await time("listDeadLetters", () => backends.store.listDeadLetters({ limit: 100 }));
  const filter = { states: ["queued", "running"] } as const;
  await time("listJobs, unfinished", () => backends.store.listJobs({ filter, limit: 50 }));
  for (const name of ["first", "second"])
    await time(`a page of 100 jobs, ${name} time`, async () => {
      const { items } = await backends.store.listJobs({ limit: 100 });
      await Promise.all(items.map(({ id, finalImages }) => finalImages ?? backends.store.countImages(id)));
    });
  await backends.close();
}

if (backend === "sqlite") {
  const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
  await measure(() => openEmbedded({ folder, leaseMs: 30_000 }));
  rmSync(folder, { recursive: true });
} else {
  const nats = await startNatsServer();
  const mongo = await startMongoServer();
  if (!mongo) process.exit(1);
  const options = { leaseMs: 30_000, replicas: 1, blobMaxAgeMs: 604_800_000, onNotice, onOldServer: console.error };
  try {
    await measure(() => openCluster({ mongoUrl: mongo.url, natsUrl: nats.url, prefix: "bench", ...options }));
  } finally {
    await mongo.stop();
    await nats.stop();
  }
}
