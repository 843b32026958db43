/** What the leader of a stream has taken, but the servers have not stored yet, when it is sent again. */
import { randomBytes } from "node:crypto";
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { type NatsCluster, startNatsCluster } from "../support/nats-cluster.ts";
import { startProxy } from "../support/proxy.ts";
import { suspend } from "../support/suspend.ts";

const MAX_BYTES = 4 * 2 ** 20;
let nats: NatsCluster;
let connection: NatsConnection;
beforeAll(async () => {
  nats = await startNatsCluster();
  connection = await connect({ servers: nats.url.split(",") });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

const settings = { prefix: "paused", replicas: 3, leaseMs: 60_000, pollMs: 60_000 };

/**
 * A node that is connected to the leader of a stream only, and the other servers are stopped when it first sends what
 * has the text. They go on when `isEnough` says so, which gets all that the leader has answered.
 */
async function openPaused(stream: string, text: string, isEnough: (answers: string) => boolean) {
  const first = await openJetStream(nats.url, settings);
  await first.close();
  await nats.whenHealthy();
  const { cluster } = await (await connection.jetstreamManager()).streams.info(`paused-${stream}`);
  const leader = nats.servers[["nats-1", "nats-2", "nats-3"].indexOf(cluster?.leader ?? "")];
  const others = nats.servers.filter((server) => server !== leader);
  const goOn = () => {
    for (const server of others) server.process.kill("SIGCONT");
  };
  const { hostname: host, port } = new URL(leader?.url ?? "");
  const sent: string[] = [];
  let answers = "";
  const proxy = await startProxy({ host, port: Number(port) }, (client, upstream) => {
    client.on("data", async (chunk: Buffer) => {
      client.pause();
      // Stopped before the leader has it: else one of them could store it in the moment before it stops.
      if (chunk.includes(text) && sent.push(text) === 1) await suspend(...others.map(({ process }) => process));
      upstream.write(chunk);
      client.resume();
    });
    upstream.on("data", (chunk: Buffer) => {
      answers += chunk.toString("latin1");
      if (isEnough(answers)) goOn();
      client.write(chunk);
    });
  });
  const alone = await connect({ servers: `127.0.0.1:${proxy.port}`, ignoreClusterUpdates: true });
  const ports = await openJetStream(alone, { ...settings, timeoutMs: 1000 });
  return {
    ...ports,
    ...{ sent, goOn },
    async [Symbol.asyncDispose]() {
      goOn();
      await ports.close();
      await alone.close();
      await proxy.close();
    },
  };
}

const REFUSAL = /"err_code":1(?:0071|0164)\b/;

test("a large image is stored once the other servers answer", async () => {
  await using node = await openPaused("blobs", "Sightline-Manifest", (answers) => REFUSAL.test(answers));
  const image = randomBytes(3 * 2 ** 20);
  const stored = await storeImage(node.blobs, "a", [image], MAX_BYTES);
  expect(node.sent.length).toBeGreaterThan(1);
  expect((await node.blobs.get(referenceTo({ jobId: "a", ...stored })))?.equals(image)).toBe(true);
});

test("an event is sent a few times a second until they do, and is in the log once", async () => {
  await using node = await openPaused("events", "Sightline-Event-Id: a.0", () => false);
  await expect(node.log.append([eventOf("a", 0)])).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  // It was refused, and again after each pause of 250 ms, for 5 s.
  expect(node.sent.length).toBeGreaterThan(2);
  expect(node.sent.length).toBeLessThan(25);
  node.goOn();
  await nats.whenHealthy();
  await node.log.append([eventOf("a", 0), eventOf("a", 1)]);
  expect((await readAll(node.log)).map(({ event }) => event.id)).toEqual(["a.0", "a.1"]);
});
