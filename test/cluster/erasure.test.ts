/**
 * Erasure on NATS and MongoDB: no document of any collection has a trace of the owner, and no message of any stream.
 * The files of the servers may have one until the servers use its place again (docs/erasure.md).
 */
import { MongoClient } from "mongodb";
import { connect } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type Receiver, startReceiver, status, webhookSecret } from "../support/receiver.ts";
import { type RunningService, startService } from "../support/service.ts";
import { fillTenant, type Tenant } from "../support/tenant.ts";

const PHASES = ["erasing", "checking", "scrubbing", "done"];
const servers = await useMongoServers();
let nats: NatsServer;
let stub: EncoderStub;
let receiver: Receiver;
beforeAll(async () => {
  nats = await startNatsServer();
  stub = await startEncoderStub();
  receiver = await startReceiver(status(500));
});
afterAll(async () => {
  await receiver.stop();
  await stub.close();
  await nats.stop();
});

async function documentsWith(url: string, database: string, texts: readonly string[]): Promise<string[]> {
  const client = new MongoClient(url);
  const found: string[] = [];
  for (const { name } of await client.db(database).listCollections().toArray())
    for (const document of await client.db(database).collection(name).find().toArray()) {
      const text = JSON.stringify(document);
      if (texts.some((wanted) => text.includes(wanted))) found.push(`${name}: ${text.slice(0, 300)}`);
    }
  await client.close();
  return found;
}

async function messagesWith(prefix: string, texts: readonly string[]): Promise<string[]> {
  const connection = await connect({ servers: nats.url });
  const manager = await connection.jetstreamManager();
  const found: string[] = [];
  for (const name of ["events", "tasks", "blobs"].map((stream) => `${prefix}-${stream}`)) {
    const { state } = await manager.streams.info(name);
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await manager.streams.getMessage(name, { seq }).catch(() => undefined);
      const text = message && `${message.subject} ${Buffer.from(message.data).toString("latin1")}`;
      if (text && texts.some((wanted) => text.includes(wanted))) found.push(`${name} ${seq}: ${text.slice(0, 200)}`);
    }
  }
  await connection.close();
  return found;
}

/** A node with all services. @param prefix Name of its cluster, and of the database. */
function startNode(url: string, prefix: string): Promise<RunningService> {
  return startService({
    NATS_URL: nats.url,
    MONGO_URL: url,
    CLUSTER_NAME: prefix,
    AUTH: "keys",
    AUDIT_LOG: "false",
    ADMIN_KEY,
    ENCODER_URL: stub.url,
    WEBHOOK_SECRET: webhookSecret,
    WEBHOOK_ALLOW_PRIVATE: "true",
    LOG_LEVEL: "warn",
  });
}

/** What `fillTenant` makes, and nothing that is left of it. */
const ERASED = {
  remaining: 0,
  erased: { keys: 2, sessions: 2, sessionImages: 2, jobs: 6, images: 14, collections: 2, faces: 2 },
};
const textsOf = ({ key, jobs }: Tenant, marker: string) => [marker, key.id, key.owner, ...jobs];
const requestErasure = (client: KeyClient, { key }: Tenant) =>
  client.postJson("/v1/erasures", { key: key.id }, asAdmin);
const receiptOf = async (client: KeyClient, id: string) => (await client.get(`/v1/erasures/${id}`)).body;
const DONE_WITHIN = { timeout: 90_000, interval: 200 };

// What each server does for it, `test/ports` shows: here each of them has one of the tests.
describe.each(servers.slice(0, 1))("on $name", ({ url }) => {
  it("leaves nothing of the owner, and all of others", async () => {
    const prefix = "erasure";
    const service = await startNode(url, prefix);
    try {
      const client = new KeyClient(service.url);
      const other = await fillTenant(client, "of-another-owner", receiver.url);
      const marker = `marker-${prefix}`;
      const tenant = await fillTenant(client, marker, receiver.url);
      const texts = textsOf(tenant, marker);
      expect(await documentsWith(url, prefix, texts)).not.toEqual([]);
      expect(await messagesWith(prefix, texts)).not.toEqual([]);
      const { id } = (await requestErasure(client, tenant)).body;
      await expect.poll(async () => (await receiptOf(client, id)).state, DONE_WITHIN).toBe("done");
      expect(await receiptOf(client, id)).toMatchObject(ERASED);
      expect(await documentsWith(url, prefix, texts)).toEqual([]);
      expect(await messagesWith(prefix, texts)).toEqual([]);
      expect((await client.get("/summary", { key: tenant.session })).status).toBe(403);
      expect((await client.get("/v1/jobs", bearer(other.key.key))).body.items).toHaveLength(3);
    } finally {
      await service.stop();
    }
  });
});

// The last is the fastest.
describe.each(servers.slice(-1))("on $name", ({ url }) => {
  it("is completed by another node after kill -9, while it erases and while it checks", {
    timeout: 240_000,
  }, async () => {
    const prefix = "killed";
    const client = new MongoClient(url);
    const [erasures, leases] = ["erasures", "leader-leases"].map((of) => client.db(prefix).collection(of));
    const holder = async () => (await leases?.findOne({ _id: "erasures" as never }))?.holder;
    const nodes = [await startNode(url, prefix)];
    try {
      await expect.poll(holder).toBeDefined();
      const leader = await holder();
      nodes.push(await startNode(url, prefix));
      const [first, second] = nodes as [RunningService, RunningService];
      const survivor = new KeyClient(second.url);

      const other = await fillTenant(survivor, "other", receiver.url);
      const tenant = await fillTenant(survivor, "marker", receiver.url);
      const answer = requestErasure(survivor, tenant);
      // On a slow machine it may be past the phase when that is seen.
      const isIn = (phase: string) => async () =>
        PHASES.indexOf((await erasures?.findOne())?.phase) >= PHASES.indexOf(phase);
      // The leader does it, unless it has stood still for so long that the other one leads.
      await expect.poll(isIn("erasing"), { interval: 5 }).toBe(true);
      first.process.kill("SIGKILL");

      // The survivor goes on with it, is killed too, and the next one to start completes it.
      const { id } = (await answer).body;
      await expect.poll(holder, DONE_WITHIN).not.toBe(leader);
      const next = await holder();
      await expect.poll(isIn("checking"), { ...DONE_WITHIN, interval: 5 }).toBe(true);
      second.process.kill("SIGKILL");
      nodes.push(await startNode(url, prefix));
      const last = new KeyClient((nodes.at(-1) as RunningService).url);
      await expect.poll(async () => (await receiptOf(last, id)).state, DONE_WITHIN).toBe("done");
      await expect.poll(holder, DONE_WITHIN).not.toBe(next);
      expect(await receiptOf(last, id)).toMatchObject(ERASED);
      const texts = textsOf(tenant, "marker");
      expect(await documentsWith(url, prefix, texts)).toEqual([]);
      expect(await messagesWith(prefix, texts)).toEqual([]);
      expect((await last.get("/v1/jobs", bearer(other.key.key))).body.items).toHaveLength(3);
    } finally {
      for (const node of nodes) await node.stop();
      await client.close();
    }
  });
});
