/** Nodes that ask a server that has just become the leader of a stream, and does not have its newest messages yet. */
import { randomBytes } from "node:crypto";
import { connect, headers, type JetStreamManager, type NatsConnection } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { type NatsCluster, startNatsCluster } from "../support/nats-cluster.ts";
import { startProxy } from "../support/proxy.ts";

const settings = { replicas: 3, leaseMs: 60_000, pollMs: 60_000 };
let nats: NatsCluster;
let connection: NatsConnection;
let manager: JetStreamManager;
beforeAll(async () => {
  nats = await startNatsCluster();
  connection = await connect({ servers: nats.url.split(",") });
  // Nobody answers while a leader is elected.
  manager = await connection.jetstreamManager({ timeout: 500 });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

/** Makes another server the stream's leader. */
async function changeLeader(stream: string): Promise<void> {
  const { cluster } = await manager.streams.info(stream);
  const leader = () =>
    manager.streams.info(stream).then(
      (now) => now.cluster?.leader,
      () => cluster?.leader,
    );
  connection.publish(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`);
  await expect.poll(leader, { timeout: 60_000 }).not.toBe(cluster?.leader);
}

/** JetStream's answer for a message that is not there. */
const NOT_THERE = /"code":404\b/;

type Change = (request: string) => string | Promise<string>;

interface Lag {
  readonly proxy: Awaited<ReturnType<typeof startProxy>>;
  /**
   * Changes requests, to ones of the same length, until an answer says that something is not there.
   * @returns when that answer arrives.
   */
  begin(change: Change): Promise<void>;
}

/** The way of a node to one server, on which it can get the answers of a leader that lacks the newest messages. */
async function startLag(): Promise<Lag> {
  const { hostname: host, port } = new URL(nats.servers[0]?.url ?? "");
  const asIs = (request: string) => request;
  let change: Change = asIs;
  let end = () => {};
  const proxy = await startProxy({ host, port: Number(port) }, (client, upstream) => {
    client.on("data", async (chunk: Buffer) => {
      client.pause();
      upstream.write(await change(chunk.toString("latin1")), "latin1");
      client.resume();
    });
    upstream.on("data", (chunk: Buffer) => {
      if (NOT_THERE.test(chunk.toString("latin1"))) end();
      client.write(chunk);
    });
  });
  return {
    proxy,
    begin(changeTo) {
      const { promise, resolve } = Promise.withResolvers<void>();
      change = changeTo;
      end = () => {
        change = asIs;
        resolve();
      };
      return promise;
    },
  };
}

/** @param change Of a request that a leader is to answer that has been one for a moment only. */
function asksAnother(stream: string, change: (request: string) => string): Change {
  let isFirst = true;
  return async (request) => {
    const changed = change(request);
    if (changed !== request && isFirst) {
      isFirst = false;
      await changeLeader(stream);
    }
    return changed;
  };
}

async function openBehind({ proxy }: Lag, prefix: string) {
  const alone = await connect({ servers: `127.0.0.1:${proxy.port}`, ignoreClusterUpdates: true });
  const { log, blobs, close } = await openJetStream(alone, { ...settings, prefix });
  return {
    ...{ log, blobs },
    async [Symbol.asyncDispose]() {
      await close();
      await alone.close();
      await proxy.close();
    },
  };
}

test("an event that such a leader does not have is not appended again", async () => {
  const first = await openJetStream(nats.url, { ...settings, prefix: "led" });
  const events = Array.from({ length: 8 }, (_, n) => eventOf("a", n));
  const ids = async () => (await readAll(first.log)).map(({ event }) => event.id);
  const lag = await startLag();
  await using second = await openBehind(lag, "led");

  await first.log.append(events.slice(0, 3));
  const ofJob = (request: string) => request.replace('by_subj":"led.events._.a"', 'by_subj":"led.events._.x"');
  const isOver = lag.begin(asksAnother("led-events", ofJob));
  await second.log.append(events.slice(0, 4));
  await isOver;
  expect(await ids()).toEqual(["a.0", "a.1", "a.2", "a.3"]);

  // What others have appended since.
  await first.log.append(events.slice(4, 7));
  const ofOthers = (request: string) =>
    request
      .replace('by_subj":"led.events.*.*"', 'by_subj":"led.events.*.x"')
      .replace('"opt_start_seq":5', '"opt_start_seq":9');
  const isOverToo = lag.begin(asksAnother("led-events", ofOthers));
  await second.log.append(events.slice(4));
  await isOverToo;
  expect(await ids()).toEqual(events.map(({ id }) => id));
  await first.close();
});

test("an image whose manifest such a leader does not have is kept", async () => {
  const lag = await startLag();
  await using node = await openBehind(lag, "kept");
  let isStored = false;
  const isOver = lag.begin(async (request) => {
    const [, subject = "", value = ""] = /HPUB (\S+).*Sightline-Manifest: (.*?)\r\n/s.exec(request) ?? [];
    if (subject && !isStored) {
      isStored = true;
      // As if it was sent before, and the answer was lost.
      const described = headers();
      described.set("Sightline-Manifest", value);
      await connection.jetstream().publish(subject, "", { headers: described });
    }
    return request.replace(/GET\.kept-blobs.*$/s, (get) => get.replaceAll(/[0-9a-f]{64}/g, "0".repeat(64)));
  });
  const image = randomBytes(3 * 2 ** 20);
  const stored = await storeImage(node.blobs, "a", [image], 4 * 2 ** 20);
  await isOver;
  expect((await node.blobs.get(referenceTo({ jobId: "a", ...stored })))?.equals(image)).toBe(true);
});
