/**
 * Erasure on NATS and MongoDB: no document of any collection has a trace of the owner, and no message of any stream. The
 * files of the servers may have one until the servers use its place again (docs/erasure.md).
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
import { fillTenant } from "../support/tenant.ts";

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

describe.each(servers)("on $name", ({ url, name }) => {
  /** A node with all services. @param prefix Name of its cluster, and of the database. */
  function startNode(prefix: string): Promise<RunningService> {
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
  const server = name.replaceAll(/\W/g, "").slice(0, 15);

  it("leaves nothing of the owner, and all of others", { timeout: 120_000 }, async () => {
    const prefix = `erasure-${server}`;
    const service = await startNode(prefix);
    try {
      const client = new KeyClient(service.url);
      const other = await fillTenant(client, "of-another-owner", receiver.url);
      const marker = `marker-${prefix}`;
      const { key, session, jobs } = await fillTenant(client, marker, receiver.url);
      const texts = [marker, key.id, key.owner, ...jobs];
      expect(await documentsWith(url, prefix, texts)).not.toEqual([]);
      expect(await messagesWith(prefix, texts)).not.toEqual([]);
      const body = JSON.stringify({ key: key.id });
      const headers = { ...asAdmin, "Content-Type": "application/json" };
      let { body: receipt } = await client.send("POST", "/v1/erasures", { body, headers });
      await expect
        .poll(
          async () => {
            receipt = (await client.get(`/v1/erasures/${receipt.id}`)).body;
            return receipt.state;
          },
          { timeout: 60_000, interval: 200 },
        )
        .toBe("done");
      expect(receipt).toMatchObject({
        remaining: 0,
        erased: { keys: 2, sessions: 2, sessionImages: 2, jobs: 6, images: 14, collections: 2, faces: 2 },
      });
      expect(await documentsWith(url, prefix, texts)).toEqual([]);
      expect(await messagesWith(prefix, texts)).toEqual([]);
      expect((await client.get("/summary", { key: session })).status).toBe(403);
      expect((await client.get("/v1/jobs", bearer(other.key.key))).body.items).toHaveLength(3);
    } finally {
      await service.stop();
    }
  });

  // What each server does is the same in this: one of them is enough. The last is the fastest.
  it.runIf(url === servers.at(-1)?.url)(
    "is completed by another node after kill -9, while it erases and while it checks",
    { timeout: 240_000 },
    async () => {
      const prefix = `killed-${server}`;
      const client = new MongoClient(url);
      const [erasures, leases] = ["erasures", "leader-leases"].map((of) => client.db(prefix).collection(of));
      const holder = async () => (await leases?.findOne({ _id: "erasures" as never }))?.holder;
      const nodes = [await startNode(prefix)];
      try {
        await expect.poll(holder).toBeDefined();
        // The survivor of the first is the one that is killed next.
        for (const phase of ["erasing", "checking"]) {
          const leader = await holder();
          nodes.push(await startNode(prefix));
          const [first, second] = nodes.slice(-2) as [RunningService, RunningService];
          const survivor = new KeyClient(second.url);

          const marker = `marker-${phase}-${server}`;
          const other = await fillTenant(survivor, `other-${phase}`, receiver.url);
          const { key, jobs } = await fillTenant(survivor, marker, receiver.url);
          const body = JSON.stringify({ key: key.id });
          const headers = { ...asAdmin, "Content-Type": "application/json" };
          const earlier = ((await erasures?.find().toArray()) ?? []).map(({ id }) => id);
          const answer = survivor.send("POST", "/v1/erasures", { body, headers });
          // On a slow machine it may be past the phase when that is seen.
          const isIn = async () => {
            const found = await erasures?.findOne({ id: { $nin: earlier } });
            return PHASES.indexOf(found?.phase) >= PHASES.indexOf(phase);
          };
          await expect.poll(isIn, { interval: 5 }).toBe(true);
          expect(await holder()).toBe(leader);
          first.process.kill("SIGKILL");

          const { id } = (await answer).body;
          const receipt = async () => (await survivor.get(`/v1/erasures/${id}`)).body;
          await expect.poll(async () => (await receipt()).state, { timeout: 90_000, interval: 200 }).toBe("done");
          await expect.poll(holder, { timeout: 90_000, interval: 200 }).not.toBe(leader);
          expect(await receipt()).toMatchObject({
            remaining: 0,
            erased: { keys: 2, sessions: 2, sessionImages: 2, jobs: 6, images: 14, collections: 2, faces: 2 },
          });
          const texts = [marker, key.id, key.owner, ...jobs];
          expect(await documentsWith(url, prefix, texts)).toEqual([]);
          expect(await messagesWith(prefix, texts)).toEqual([]);
          expect((await survivor.get("/v1/jobs", bearer(other.key.key))).body.items).toHaveLength(3);
        }
      } finally {
        for (const node of nodes) await node.stop();
        await client.close();
      }
    },
  );
});
