/** What NATS must allow the users of a cluster (docs/nats.md), and how streams that were made beforehand are used. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import { connect } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openJetStream, openJetStreamBlobs } from "../../lib/backends/jetstream/jetstream.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { Discoverer } from "../../lib/transport/discoverer.ts";
import { NatsTransporter } from "../../lib/transport/nats-transporter.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { taskOf } from "../ports/sample-tasks.ts";
import { taken } from "../support/jetstream-nodes.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

const page = readFileSync(new URL("../../docs/nats.md", import.meta.url), "utf8");
/** The configuration in the documentation. */
const [, documented = ""] = /```\n(accounts \{.*?)```/s.exec(page) ?? [];
/** An account whose streams must have limits, with a user who may make streams and one who may not. */
const operated = `  OPERATED {
    jetstream { max_file: 1G, max_mem: 64M, max_bytes_required: true }
    users [
      { user: operator, password: PASSWORD }
      { user: operated, password: PASSWORD, permissions { publish { deny: ["$JS.API.STREAM.CREATE.>", "$JS.API.STREAM.UPDATE.>"] } } }
    ]
  }`;
const settings = { prefix: "sightline", leaseMs: 60_000, timeoutMs: 20_000 };
let folder: string;
let nats: NatsServer;
const urlFor = (user: string) => nats.url.replace("//", `//${user}:PASSWORD@`);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-permissions-"));
  writeFileSync(join(folder, "nats.conf"), documented.replace("accounts {", `accounts {\n${operated}`));
  nats = await startNatsServer({ args: ["--config", join(folder, "nats.conf")] });
});
afterAll(async () => {
  await nats.stop();
  rmSync(folder, { recursive: true });
});

/** What NATS refuses to the user meanwhile. */
async function refusalsOf(user: string, act: (connection: Awaited<ReturnType<typeof connect>>) => Promise<unknown>) {
  const connection = await connect({ servers: nats.url, user, pass: "PASSWORD" });
  const refused: string[] = [];
  void (async () => {
    for await (const { type, permissionContext } of connection.status())
      if (type === "error") refused.push(JSON.stringify(permissionContext));
  })();
  await act(connection);
  await connection.flush();
  await connection.close();
  return refused;
}

test("a node for jobs needs no more than what is documented", async () => {
  const refused = await refusalsOf("jobs", async (connection) => {
    const ports = await openJetStream(connection, settings);
    await ports.queue.push([taskOf("a", 0), taskOf("a", 1)]);
    const lease = await taken(ports.queue);
    await lease.extend();
    await lease.ack();
    await (await taken(ports.queue)).retry(0);
    await ports.queue.jobsWithTasks();
    await ports.queue.dropJob("a");
    await ports.log.append([eventOf("a", 0), eventOf("a", 1)]);
    expect(await readAll(ports.log)).toHaveLength(2);
    expect(await ports.log.read({ after: 0, limit: 1, jobId: "a" })).toHaveLength(1);
    await ports.log.sweep(new Date().toISOString());
    await ports.log.erase(["owner"]);
    const stored = referenceTo({ jobId: "a", ...(await storeImage(ports.blobs, "a", [Buffer.from("image")], 100)) });
    expect(await ports.blobs.get(stored)).toEqual(Buffer.from("image"));
    expect(await ports.blobs.hasAny("a")).toBe(true);
    await ports.blobs.isOlderThan("a", 0, Date.now());
    await ports.blobs.delete("a");
    await ports.close();
  });
  expect(refused).toEqual([]);
});

test("a gateway and a detector need less", async () => {
  const gateway = await openJetStreamBlobs(urlFor("api"), settings);
  const detector = await openJetStreamBlobs(urlFor("detector"), settings);
  for (const image of [Buffer.from("image"), randomBytes(3 * 2 ** 20)]) {
    const store = () => storeImage(gateway.blobs, "b", [image], 4 * 2 ** 20);
    const stored = referenceTo({ jobId: "b", ...(await store()) });
    // Of a large one, the pieces are removed that it has already.
    await store();
    expect((await detector.blobs.get(stored))?.equals(image)).toBe(true);
    expect(await detector.blobs.get({ ...stored, jobId: "c" })).toBeUndefined();
  }
  await gateway.close();
  await detector.close();
});

test("nodes of all three users find and call each other", async () => {
  const nodes = ["jobs", "api", "detector"].map((user) => {
    const transporter = new NatsTransporter(urlFor(user));
    const options = {
      namespace: "sightline",
      serializer: "Notepack" as const,
      registry: { discoverer: new Discoverer() },
    };
    const node = new ServiceBroker({ ...options, nodeID: user, transporter, logger: false });
    node.createService({ name: user, actions: { echo: (ctx) => ctx.params } });
    return node;
  });
  try {
    await Promise.all(nodes.map((node) => node.start()));
    // In fragments.
    const image = randomBytes(2 * 2 ** 20);
    for (const caller of nodes) {
      const others = nodes.map(({ nodeID }) => nodeID).filter((user) => user !== caller.nodeID);
      await caller.waitForServices(others);
      for (const user of others) expect(await caller.call(`${user}.echo`, { image })).toEqual({ image });
    }
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
});

test("a node for jobs does not start, and says why, if its user may not make streams that are missing", async () => {
  await expect(openJetStream(urlFor("operated"), { ...settings, prefix: "missing" })).rejects.toThrow(
    /^NATS refuses what this node needs: .*STREAM\.CREATE\.missing-tasks/,
  );
});

test("streams that an operator has made are used with the operator's limits, and without the right to make any", async () => {
  const limit = 64 * 2 ** 20;
  const operator = await connect({ servers: nats.url, user: "operator", pass: "PASSWORD" });
  const { streams } = await operator.jetstreamManager();
  const subjects = { tasks: ["*.*.*.*", "*.*"], blobs: [">"], events: ["*.*"] };
  for (const [name, tokens] of Object.entries(subjects))
    await streams.add({
      name: `made-${name}`,
      subjects: tokens.map((each) => `made.${name}.${each}`),
      max_bytes: limit,
      ...(name === "tasks" ? { retention: "workqueue" as never } : { discard: "new" as never }),
    });
  const node = await openJetStream(urlFor("operator"), { ...settings, prefix: "made" });
  await node.close();
  for (const name of Object.keys(subjects)) expect((await streams.info(`made-${name}`)).config.max_bytes).toBe(limit);
  await operator.close();
  const other = await openJetStream(urlFor("operated"), { ...settings, prefix: "made" });
  await other.queue.push([taskOf("a", 0)]);
  expect(await other.queue.size()).toBe(1);
  await other.close();
});
