/** The ports of NATS over three servers that keep three copies of everything. */
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type JetStreamManager, type NatsConnection } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type JetStreamOptions, type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { hasMajority } from "../../lib/backends/jetstream/majority.ts";
import type { ImageReference } from "../../lib/contracts/image-source.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { taskOf, tasksOf } from "../ports/sample-tasks.ts";
import { pause } from "../support/cluster.ts";
import { type NatsCluster, startNatsCluster } from "../support/nats-cluster.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { pace } from "../support/pace.ts";

const leaseMs = 2000;
/** Between two things of a kind that are stored during faults: more of them would only take processor time. */
const STEP_MS = 100;

let nats: NatsCluster;
let connection: NatsConnection;
let manager: JetStreamManager;
beforeAll(async () => {
  nats = await startNatsCluster();
  connection = await connect({ servers: nats.url.split(","), maxReconnectAttempts: -1 });
  manager = await connection.jetstreamManager();
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

function open(prefix: string, options: Partial<JetStreamOptions> = {}): Promise<JetStreamPorts> {
  return openJetStream(nats.url, { prefix, replicas: 3, leaseMs, pollMs: 100, ...options });
}

/** For tests without faults: a request fails only if something is wrong, however slow the machine is. */
const patient = { timeoutMs: 20_000 };

async function replicasOf(prefix: string): Promise<number[]> {
  const names = ["tasks", "blobs", "events"].map((name) => `${prefix}-${name}`);
  return Promise.all(names.map(async (name) => (await manager.streams.info(name)).config.num_replicas));
}

test("copies are added to the streams there are, which are used meanwhile, and never taken away", async () => {
  const first = await open("grown", { ...patient, replicas: 1 });
  await first.queue.push(tasksOf("a", 2));
  const lease = await first.queue.take();
  const stored = await storeImage(first.blobs, "a", [Buffer.from("image")], 100);
  await first.log.append([eventOf("a", 0)]);
  expect(await replicasOf("grown")).toEqual([1, 1, 1]);

  const second = await open("grown", patient);
  expect(await replicasOf("grown")).toEqual([3, 3, 3]);
  const third = await open("grown", { ...patient, replicas: 1 });
  expect(await replicasOf("grown")).toEqual([3, 3, 3]);
  const isCopied = async (name: string) => {
    const { cluster } = await manager.streams.info(name);
    return cluster?.replicas?.length === 2 && cluster.replicas.every(({ current }) => current);
  };
  for (const name of ["tasks", "blobs", "events"]) await expect.poll(() => isCopied(`grown-${name}`)).toBe(true);

  await lease?.ack();
  // The lease may have run out meanwhile: then its task comes again.
  const indexes = new Set<number | undefined>();
  while ((await second.queue.size()) > 0) {
    const rest = await second.queue.take(AbortSignal.timeout(20_000));
    indexes.add(rest?.task.parcel);
    await rest?.ack();
  }
  expect(indexes).toContain(1);
  expect(await second.blobs.get(referenceTo({ jobId: "a", ...stored }))).toEqual(Buffer.from("image"));
  await third.log.append([eventOf("a", 0), eventOf("a", 1)]);
  expect((await readAll(first.log)).map(({ event }) => event.id)).toEqual(["a.0", "a.1"]);
  for (const ports of [first, second, third]) await ports.close();
});

test("nodes that publish the same events at the same time append each once, and go on", async () => {
  const [first, second] = [await open("shared", patient), await open("shared", patient)];
  const events = Array.from({ length: 900 }, (_, n) => eventOf(`job${n % 3}`, n));
  // Neither starts where the other does, and some come twice.
  await Promise.all([first.log.append(events.slice(0, 700)), second.log.append([...events.slice(300), ...events])]);
  await first.log.append([...events.slice(890), eventOf("last", 0), eventOf("last", 0)]);
  const logged = await readAll(second.log);
  expect(logged.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 901 }, (_, n) => n + 1));
  const ids = logged.map(({ event }) => event.id);
  expect(ids.toSorted()).toEqual([...events.map(({ id }) => id), "last.0"].sort());
  for (const ports of [first, second]) await ports.close();
});

test("a node waits where there are fewer servers than copies", async () => {
  const unavailable = { type: "STORE_UNAVAILABLE", message: expect.stringContaining("STREAM_REPLICAS") };
  await expect(open("many", { replicas: 5 })).rejects.toMatchObject(unavailable);
  const one = await startNatsServer();
  await expect(openJetStream(one.url, { leaseMs, replicas: 3 })).rejects.toMatchObject(unavailable);
  await one.stop();
});

test("a page of events is whole, whichever server has it and whoever dies meanwhile", async () => {
  const { log, close } = await open("pages");
  // More than are kept in memory.
  const events = Array.from({ length: 3000 }, (_, n) => eventOf(`job${n % 4}`, n));
  await log.append(events);
  let isOver = false;
  const reading = Array.from({ length: 2 }, async (_, job) => {
    for (let after = job; !isOver; after = (after + 1) % 500) {
      const page = await log.read({ after, limit: 100, jobId: `job${job}` }).catch(expectUnavailable);
      if (page) expect(page.map(({ sequence }) => sequence)).toEqual(sequencesOf(job, after, 100));
      await pace();
    }
  });
  for (const server of nats.servers.slice(0, 2)) {
    await server.restart("SIGKILL", 1000);
    await nats.whenHealthy();
  }
  isOver = true;
  await Promise.all(reading);
  expect((await readAll(log)).map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
  await close();
});

test("everything acknowledged is there, though all servers die and one loses its disk", async () => {
  const { queue, blobs, log, close } = await open(`acknowledged-${randomBytes(4).toString("hex")}`);
  const [pushed, put, appended]: [string[], ImageReference[], string[]] = [[], [], []];
  let isOver = false;
  const repeat = async (act: (n: number) => Promise<void>) => {
    for (let n = 0; !isOver; n++) await act(n).then(() => sleep(STEP_MS), expectUnavailable);
  };
  const acts = [
    repeat(async (n) => {
      await queue.push([taskOf("a", n)]);
      pushed.push(String(n));
    }),
    repeat(async (n) => {
      const stored = await storeImage(blobs, "a", [randomBytes(n % 10 ? 10_000 : 1_500_000)], 1e8);
      put.push(referenceTo({ jobId: "a", ...stored }));
    }),
    repeat(async (n) => {
      const events = Array.from({ length: 5 }, (_, k) => eventOf("a", n * 5 + k));
      for (let isAppended = false; !isAppended; )
        isAppended = await log.append(events).then(
          () => true,
          (error) => expectUnavailable(error) ?? false,
        );
      appended.push(...events.map(({ id }) => id));
    }),
  ];
  const progress = async () => {
    const before = [pushed, put, appended].map(({ length }) => length);
    const hasAll = () => [pushed, put, appended].every((list, n) => list.length > (before[n] ?? 0) + 5);
    await expect.poll(hasAll, { timeout: 90_000 }).toBe(true);
  };
  const [first, second, third] = nats.servers;
  const faults = [
    () => first?.restart("SIGKILL"),
    () => second?.replace(),
    () => third?.restart("SIGKILL"),
    () => first && pause(first, 4000),
  ];
  for (const fault of faults) {
    await progress();
    await fault();
    await nats.whenHealthy();
  }
  await progress();
  isOver = true;
  await Promise.all(acts);

  const logged = await readAll(log);
  expect(logged.map(({ event }) => event.id)).toEqual(appended);
  expect(logged.map(({ sequence }) => sequence)).toEqual(appended.map((_, n) => n + 1));
  for (const reference of put) expect(sha256Of(await blobs.get(reference))).toBe(reference.sha256);
  const left = new Set(pushed);
  while (left.size > 0) {
    const lease = await queue.take(AbortSignal.timeout(20_000));
    if (!lease) throw new Error(`${left.size} tasks did not come.`);
    await lease.ack();
    left.delete(String(lease.task.parcel));
  }
  await close();
}, 400_000);

test("what a server cut off from the others does not know is not called gone", async () => {
  const { log: whole, close: closeWhole } = await open("cut");
  await whole.append([eventOf("a", 0)]);
  const beyond = { after: 5, limit: 1 };
  const answer = () => whole.read(beyond).catch(({ type }) => type);
  // The leader of a busy machine may not have heard of the others in time.
  await expect.poll(answer).toBe("CURSOR_GONE");
  await closeWhole();

  const { cluster } = await manager.streams.info("cut-events");
  const place = ["nats-1", "nats-2", "nats-3"].indexOf(cluster?.leader ?? "");
  const leader = nats.servers[place];
  const others = nats.servers.filter((server) => server !== leader);
  const alone = await connect({ servers: leader?.url ?? "", ignoreClusterUpdates: true });
  const { log, close } = await openJetStream(alone, { prefix: "cut", replicas: 3, leaseMs, pollMs: 100 });
  const { streams } = await alone.jetstreamManager();
  for (const server of others) server.process.kill("SIGSTOP");
  try {
    // As long as it has heard of them lately, nothing is kept anywhere that it does not know.
    const hasHeard = () =>
      streams.info("cut-events").then(
        ({ cluster: heard }) => hasMajority(heard),
        () => false,
      );
    await expect.poll(hasHeard).toBe(false);
    await expect(log.read(beyond)).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  } finally {
    for (const server of others) server.process.kill("SIGCONT");
  }
  await nats.whenHealthy();
  await close();
  await alone.close();
});

/** Of events dealt out to four jobs in turn, a job's sequences on a page. */
function sequencesOf(job: number, after: number, limit: number): number[] {
  const first = after + 1 + ((((job - after) % 4) + 4) % 4);
  return Array.from({ length: limit }, (_, n) => first + 4 * n);
}

function expectUnavailable(error: unknown): undefined {
  expect(error).toMatchObject({ type: "STORE_UNAVAILABLE" });
}

function sha256Of(blob: Buffer | undefined): string {
  return createHash("sha256")
    .update(blob ?? "")
    .digest("hex");
}
