/**
 * Power failures of a NATS server that syncs before it acknowledges (`sync_interval: always`): images, events and tasks
 * that it has acknowledged are there, and the log of events has no hole.
 *
 *   POWER_CUTS=200 node scripts/run.mjs vitest run test/power-cut     the long form
 *   POWER_CUT_SEED=1 …                                                 chooses again what was chosen at random
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import type { ImageReference } from "../../lib/contracts/image-source.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import type { BlobStore } from "../../lib/ports/blob-store.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { Random } from "../support/random.ts";
import { freePort, temporaryFolder } from "../support/service.ts";
import { UnreliableDisk } from "./disk.ts";

const CUTS = Number(process.env.POWER_CUTS ?? 5);
const seed = Number(process.env.POWER_CUT_SEED ?? Date.now() % 1e6);
const random = new Random(seed);
const MOST_JOBS = 25;

let disk: UnreliableDisk;
let port: number;
beforeAll(async () => {
  disk = new UnreliableDisk();
  port = await freePort();
});
afterAll(() => disk.remove());

/** What the server has acknowledged, over all failures. */
const images: { reference: ImageReference; text: string }[] = [];
const events: string[] = [];
const tasks: string[] = [];

function start(): Promise<NatsServer> {
  const configuration = join(temporaryFolder(), "nats.conf");
  writeFileSync(configuration, "jetstream { sync_interval: always }");
  const args = ["--config", configuration];
  return startNatsServer({
    port,
    args,
    runBy: [disk.tracer],
    folder: disk.folder,
    environment: disk.tracedEnvironment,
  });
}

const open = (connection: NatsConnection) =>
  openJetStream(connection, { prefix: "cut", leaseMs: 30_000, timeoutMs: 20_000 });

async function stored(blobs: BlobStore, jobId: string, texts: readonly string[]) {
  const upload = await blobs.upload(jobId);
  const put = async (text: string) => {
    const reference = referenceTo({ jobId, ...(await upload.put([Buffer.from(text)], 1e6)) });
    return { reference, text };
  };
  const images = await Promise.all(texts.map(put));
  await upload.end();
  return images;
}

async function work({ blobs: store, log, queue }: JetStreamPorts, round: number): Promise<void> {
  for (let n = 0; ; n++) {
    const jobId = `job-${round}-${n}`;
    const text = jobId.repeat(1 + (n % 500));
    const texts = Array.from({ length: 1 + (n % 40) }, (_, index) => `${index} ${text}`);
    images.push(...(await stored(store, jobId, texts)));
    const batch = Array.from({ length: 1 + (n % 5) }, (_, index) => eventOf(jobId, index));
    await log.append(batch);
    events.push(...batch.map(({ id }) => id));
    await queue.push(tasksOf(jobId, 1));
    tasks.push(jobId);
  }
}

async function untilCut(round: number): Promise<void> {
  const server = await start();
  const connection = await connect({ servers: server.url });
  const ports = await open(connection);
  const working = Promise.allSettled([work(ports, round), work(ports, round + CUTS)]);
  // After some work and not some time, in which a busy machine may do none.
  const jobs = tasks.length + random.integer(1, MOST_JOBS);
  await expect.poll(() => tasks.length, { interval: 1, timeout: 60_000 }).toBeGreaterThanOrEqual(jobs);
  await server.kill();
  // Nothing waits for answers any more.
  await connection.close();
  await working;
  await ports.close();
  disk.cut();
}

test.runIf(process.arch === "x64")(
  `${CUTS} power failures lose nothing that was acknowledged`,
  async () => {
    console.info({ seed });
    for (let round = 0; round < CUTS; round++) await untilCut(round);
    expect(tasks.length).toBeGreaterThanOrEqual(CUTS);

    const server = await start();
    const connection = await connect({ servers: server.url });
    const ports = await open(connection);
    try {
      for (const { reference, text } of images) expect((await ports.blobs.get(reference))?.toString()).toBe(text);
      const logged = await readAll(ports.log);
      expect(logged.map(({ sequence }) => sequence)).toEqual(logged.map((_, index) => index + 1));
      const ids = logged.map(({ event }) => event.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(events.filter((id) => !ids.includes(id))).toEqual([]);
      for (const jobId of tasks) expect((await ports.queue.jobsWithTasks()).has(jobId)).toBe(true);
    } finally {
      await ports.close();
      await connection.close();
      await server.kill();
    }
  },
  120_000 + 60_000 * CUTS,
);
