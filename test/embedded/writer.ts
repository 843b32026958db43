/**
 * Takes jobs through their whole life in the data folder given, and says every change once it is acknowledged, until
 * it is killed. The names of its jobs start with the given prefix.
 */
import { writeSync } from "node:fs";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { completeImage, finishJob, startAttempt, startJob } from "../../lib/jobs/transitions.ts";
import { files, now, queued, result } from "../ports/sample-jobs.ts";
import { updateImage } from "../support/update-image.ts";

const [folder = "", prefix = ""] = process.argv.slice(2);
const { store, log, blobs } = await openEmbedded({ folder, leaseMs: 1000 });
new EventPublisher(store, log, { pauseMs: 1, onError: say });

// Written at once: what is left in a buffer dies with the process. A pipe that is full is waited for.
function say(what: unknown): void {
  const line = Buffer.from(`${JSON.stringify(what)}\n`);
  for (let written = 0; written < line.length; ) {
    try {
      written += writeSync(1, line, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

async function live(id: string): Promise<void> {
  const { sha256 } = await storeImage(blobs, id, [Buffer.from(id)], 1000);
  say({ id, sha256 });
  await store.insertJob(queued(id), files(5));
  say({ id, state: "queued" });
  await store.updateJob(id, (job) => startJob(job, now));
  const images = await store.listImages(id, { limit: 10 });
  await Promise.all(
    images.map(async ({ index }) => {
      await updateImage(store, id, index, (image) => startAttempt(image, now));
      say({ id, index, state: "running" });
      await updateImage(store, id, index, (image) => completeImage(image, result, now));
      say({ id, index, state: "done" });
    }),
  );
  const counts = await store.countImages(id);
  await store.updateJob(id, (job) => finishJob(job, counts, now));
  say({ id, state: "succeeded" });
}

async function client(number: number): Promise<void> {
  for (let n = 0; ; n++) await live(`${prefix}-${number}-${n}`);
}

await Promise.all([client(0), client(1), client(2)]);
