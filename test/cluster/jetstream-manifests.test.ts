/** A large image whose manifest the servers have taken, but not stored yet, when it is sent again. */
import { randomBytes } from "node:crypto";
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { type NatsCluster, startNatsCluster } from "../support/nats-cluster.ts";
import { startProxy } from "../support/proxy.ts";
import { suspend } from "../support/suspend.ts";

const MANIFEST = "Sightline-Manifest";
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

test("it is stored once the other servers answer", async () => {
  const settings = { prefix: "paused", replicas: 3, leaseMs: 60_000 };
  const first = await openJetStream(nats.url, settings);
  await first.close();
  await nats.whenHealthy();
  const { cluster } = await (await connection.jetstreamManager()).streams.info("paused-blobs");
  const leader = nats.servers[["nats-1", "nats-2", "nats-3"].indexOf(cluster?.leader ?? "")];
  const others = nats.servers.filter((server) => server !== leader);
  const { hostname: host, port } = new URL(leader?.url ?? "");
  let manifests = 0;
  const refusals: string[] = [];
  const proxy = await startProxy({ host, port: Number(port) }, (client, upstream) => {
    client.on("data", async (chunk: Buffer) => {
      client.pause();
      // Stopped before the leader has it: else one of them could store it in the moment before it stops.
      if (chunk.includes(MANIFEST) && ++manifests === 1) await suspend(...others.map(({ process }) => process));
      upstream.write(chunk);
      client.resume();
    });
    upstream.on("data", (chunk: Buffer) => {
      const refusal = /"err_code":1(?:0071|0164)\b/.exec(chunk.toString("latin1"))?.[0];
      if (refusal !== undefined) {
        refusals.push(refusal);
        for (const server of others) server.process.kill("SIGCONT");
      }
      client.write(chunk);
    });
  });
  const alone = await connect({ servers: `127.0.0.1:${proxy.port}`, ignoreClusterUpdates: true });
  const { blobs } = await openJetStream(alone, { ...settings, timeoutMs: 1000 });
  try {
    const image = randomBytes(3 * 2 ** 20);
    const stored = await storeImage(blobs, "a", [image], MAX_BYTES);
    expect(refusals[0]).toBeDefined();
    expect((await blobs.get(referenceTo({ jobId: "a", ...stored })))?.equals(image)).toBe(true);
  } finally {
    for (const server of others) server.process.kill("SIGCONT");
    await alone.close();
    await proxy.close();
  }
});
