/** The room of an owner's images over two gateways and two nodes with jobs, which share a database. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { startMongoServers } from "../support/mongo-server.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type RunningProcess, type RunningService, startProcess, startService } from "../support/service.ts";

const KB = 1000;
const MOST = 100 * KB;
const STAGED = "/v1/jobs?execute=false";
const servers = await startMongoServers();
afterAll(() => Promise.all(servers.map((server) => server.stop())));

describe.each(servers)("with $name", (mongo) => {
  let nats: NatsServer;
  let keepers: RunningProcess[];
  let gateways: RunningService[];
  let clients: [KeyClient, KeyClient];
  beforeAll(async () => {
    nats = await startNatsServer();
    const MONGO_URL = new URL(`bytes-${crypto.randomUUID()}`, `${mongo.url}/`).href;
    const common = { NATS_URL: nats.url, MONGO_URL, ADMIN_KEY, LOG_LEVEL: "warn" };
    keepers = Array.from({ length: 2 }, () => startProcess({ ...common, SERVICES: "jobs,events,sessions,keys" }));
    const most = { MAX_STORED_BYTES_PER_OWNER: String(MOST) };
    const gateway = () => startService({ ...common, ...most, AUTH: "keys", SERVICES: "api" }, undefined, () => true);
    gateways = await Promise.all([gateway(), gateway()]);
    clients = gateways.map(({ url }) => new KeyClient(url)) as [KeyClient, KeyClient];
    // A node tells of its services one by one.
    const isServed = (client: KeyClient, path: string) => async () =>
      expect((await client.get(path, asAdmin)).status).toBe(200);
    for (const client of clients)
      for (const path of ["/v1/keys", "/v1/jobs"])
        await vi.waitFor(isServed(client, path), { timeout: 60_000, interval: 500 });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([...(gateways ?? []), ...(keepers ?? [])].map((node) => node.stop()));
    await nats?.stop();
  });

  it("is never exceeded, is used whole, and comes back", async () => {
    const { key } = await clients[0].key({ scopes: ["jobs"] });
    const headers = { ...bearer(key), "Content-Type": "image/jpeg" };
    const send = (client: KeyClient) => client.post(STAGED, Buffer.alloc(10 * KB, crypto.randomUUID()), headers);
    const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => send(clients[index % 2] as KeyClient)));
    for (const { status, body } of answers)
      expect([201, "STORAGE_QUOTA_EXCEEDED"]).toContain(status === 201 ? status : body.code);
    const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    expect(ids.length).toBeLessThanOrEqual(10);
    for (let answer = await send(clients[0]); answer.status === 201; answer = await send(clients[1]))
      ids.push(answer.body.id);
    expect(ids.length).toBe(10);
    for (const [index, id] of ids.entries()) {
      const deleted = await (clients[index % 2] as KeyClient).send("DELETE", `/v1/jobs/${id}`, { headers });
      expect(deleted.status).toBe(204);
    }
    const whole = Buffer.alloc(MOST, "whole");
    expect(await clients[1].post(STAGED, whole, headers)).toMatchObject({ status: 201 });
    expect(await send(clients[0])).toMatchObject({ status: 429, body: { code: "STORAGE_QUOTA_EXCEEDED" } });
  });
});
