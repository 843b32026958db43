/**
 * Power failures of a NATS server that syncs before it acknowledges (`sync_interval: always`): images, events and tasks
 * that it has acknowledged are there, and the log of events has no hole.
 *
 *   POWER_CUTS=200 node scripts/run.mjs vitest run test/power-cut     the long form
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { freePort, temporaryFolder } from "../support/service.ts";
import { UnreliableDisk } from "./disk.ts";

const CUTS = Number(process.env.POWER_CUTS ?? 5);
const LONGEST_MS = 500;

let disk: UnreliableDisk;
let port: number;
beforeAll(async () => {
  disk = new UnreliableDisk();
  port = await freePort();
});
afterAll(() => disk.remove());

/** What the server has acknowledged, over all failures. */
const blobs: { jobId: string; sha256: string; text: string }[] = [];
const events: string[] = [];
const tasks: string[] = [];

function start(): Promise<NatsServer> {
  const configuration = join(temporaryFolder(), "nats.conf");
  writeFileSync(configuration, "jetstream { sync_interval: always }");
  const args = ["--config", configuration];
  return startNatsServer({ port, args, runBy: disk.tracer, folder: disk.folder, environment: disk.tracedEnvironment });
}

const open = ({ url }: NatsServer) => openJetStream(url, { prefix: "cut", leaseMs: 30_000, timeoutMs: 400 });

async function work({ blobs: store, log, queue }: JetStreamPorts, round: number): Promise<void> {
  for (let n = 0; ; n++) {
    const jobId = `job-${round}-${n}`;
    const text = jobId.repeat(1 + (n % 500));
    const { sha256 } = await store.put(jobId, [Buffer.from(text)], 1e6);
    blobs.push({ jobId, sha256, text });
    const batch = Array.from({ length: 1 + (n % 5) }, (_, index) => eventOf(jobId, index));
    await log.append(batch);
    events.push(...batch.map(({ id }) => id));
    await queue.push(tasksOf(jobId, 1));
    tasks.push(jobId);
  }
}

async function untilCut(round: number): Promise<void> {
  const server = await start();
  const ports = await open(server);
  const working = Promise.allSettled([work(ports, round), work(ports, round + CUTS)]);
  await sleep(Math.random() * LONGEST_MS);
  await server.kill();
  await working;
  await ports.close().catch(() => {});
  disk.cut();
}

test.runIf(process.arch === "x64")(
  `${CUTS} power failures lose nothing that was acknowledged`,
  async () => {
    for (let round = 0; round < CUTS; round++) await untilCut(round);
    expect(tasks.length).toBeGreaterThan(CUTS);

    const server = await start();
    const ports = await open(server);
    try {
      for (const { jobId, sha256, text } of blobs)
        expect((await ports.blobs.get(jobId, sha256))?.toString()).toBe(text);
      const logged = await readAll(ports.log);
      expect(logged.map(({ sequence }) => sequence)).toEqual(logged.map((_, index) => index + 1));
      const ids = logged.map(({ event }) => event.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(events.filter((id) => !ids.includes(id))).toEqual([]);
      for (const jobId of tasks) expect(await ports.queue.hasTasks(jobId)).toBe(true);
    } finally {
      await ports.close();
      await server.kill();
    }
  },
  60_000 + 20_000 * CUTS,
);
