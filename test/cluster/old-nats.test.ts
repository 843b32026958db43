/** NATS servers that lose data are refused at the start, and reported when a node ends up on one later. */
import { once } from "node:events";
import { connect } from "nats";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type JetStreamPorts, openJetStream, openJetStreamBlobs } from "../../lib/backends/jetstream/jetstream.ts";
import { taskOf } from "../ports/sample-tasks.ts";
import { type MongoServer, startMongoServer } from "../support/mongo-server.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type NatsVersionProxy, startNatsVersionProxy } from "../support/nats-version-proxy.ts";
import { type RunningProcess, startProcess } from "../support/service.ts";

const tooOld = { type: "NATS_TOO_OLD", message: expect.stringContaining("2.9.10") };
const options = { leaseMs: 1000 };
const mongo: MongoServer | undefined = await startMongoServer();
let nats: NatsServer;
let proxy: NatsVersionProxy;
const opened: Pick<JetStreamPorts, "close">[] = [];
beforeAll(async () => {
  nats = await startNatsServer();
});
beforeEach(async () => {
  proxy = await startNatsVersionProxy(nats.url, "2.9.10");
});
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
  await proxy.close();
});
afterAll(async () => {
  await nats.stop();
  await mongo?.stop();
});

describe("a server below 2.10", () => {
  test("is refused at the start, and nothing is created on it", async () => {
    await expect(openJetStream(proxy.url, { ...options, prefix: "refused" })).rejects.toMatchObject(tooOld);
    const connection = await connect({ servers: nats.url });
    const { streams } = await connection.jetstreamManager();
    expect(await streams.names().next()).toEqual([]);
    proxy.version = "2.10.0-RC.1";
    opened.push(await openJetStream(proxy.url, { ...options, prefix: "accepted" }));
    expect((await streams.names().next()).length).toBe(3);
    await connection.close();
  });

  test("gets and gives no images: it is reported, and clients are told to try again", async () => {
    const reports: Error[] = [];
    const onOldServer = (error: Error) => reports.push(error);
    await expect(openJetStreamBlobs(proxy.url, { onOldServer })).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
    expect(reports).toEqual([expect.objectContaining(tooOld)]);
  });

  test("is reported when a node reconnects to it", async () => {
    proxy.version = "2.11.4-dev";
    const reports: Error[] = [];
    const onOldServer = (error: Error) => reports.push(error);
    const ports = await openJetStream(proxy.url, { ...options, onOldServer });
    opened.push(ports);
    await ports.queue.push([taskOf("a", 0)]);
    proxy.version = "2.9.10";
    proxy.disconnect();
    await expect.poll(() => reports).toEqual([expect.objectContaining(tooOld)]);
    expect(await ports.queue.size()).toBe(1);
    proxy.version = "2.11.4-dev";
    proxy.disconnect();
    await ports.queue.push([taskOf("a", 1)]);
    expect(reports.length).toBe(1);
  });

  test.skipIf(!mongo)("ends a node with jobs, whose log says what to do", async () => {
    const environment = { NATS_URL: proxy.url, MONGO_URL: `${mongo?.url}/old-nats`, SERVICES: "jobs,events" };
    const node: RunningProcess = startProcess(environment);
    // When all that it wrote was read.
    await once(node.process, "close");
    expect(node.process.exitCode).toBe(1);
    expect(node.log.join("\n")).toMatch(/The NATS server is of version 2\.9\.10; .*Upgrade all servers of NATS_URL/);
  });
});
