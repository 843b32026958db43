/** Limits over two gateways and two nodes with jobs, which share a database. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { countedAlone, countedTogether } from "../support/counted-together.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { startMongoServer } from "../support/mongo-server.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type RunningProcess, type RunningService, startProcess, startService } from "../support/service.ts";

// test/ports has what each server does for several nodes (`rateCountersConformance`, `uploadReservationsConformance`).
const mongo = await startMongoServer();
afterAll(() => mongo?.stop());
const WITHIN = { timeout: 60_000, interval: 500 };
const KB = 1000;
const MOST = 100 * KB;
const STAGED = "/v1/jobs?execute=false";
const from = (address: string) => ({ "X-Forwarded-For": address });

describe.skipIf(!mongo)("two gateways", () => {
  let nats: NatsServer;
  let keepers: RunningProcess[];
  let gateways: RunningService[];
  let clients: [KeyClient, KeyClient];
  beforeAll(async () => {
    nats = await startNatsServer();
    const MONGO_URL = new URL(`limits-${crypto.randomUUID()}`, `${mongo?.url}/`).href;
    const common = { NATS_URL: nats.url, MONGO_URL, ADMIN_KEY, LOG_LEVEL: "warn" };
    const kept = "jobs,events,sessions,keys";
    keepers = [kept, `${kept},encodings,detector`].map((SERVICES) => startProcess({ ...common, SERVICES }));
    const limits = {
      REQUESTS_PER_MINUTE: "150",
      ANONYMOUS_REQUESTS_PER_MINUTE: "30",
      FAILED_KEYS_PER_MINUTE: "10",
      MAX_STORED_BYTES_PER_OWNER: String(MOST),
    };
    const gateway = () =>
      startService({ ...common, ...limits, AUTH: "keys", PROXY_HOPS: "1", SERVICES: "api" }, undefined, () => true);
    gateways = await Promise.all([gateway(), gateway()]);
    clients = gateways.map(({ url }) => new KeyClient(url)) as [KeyClient, KeyClient];
    // A node tells of its services one by one.
    const isServed = (client: KeyClient, path: string) => async () =>
      expect((await client.get(path, asAdmin)).status).toBe(200);
    for (const client of clients)
      for (const path of ["/v1/keys", "/v1/jobs"]) await vi.waitFor(isServed(client, path), WITHIN);
  });
  afterAll(async () => {
    await Promise.all([...(gateways ?? []), ...(keepers ?? [])].map((node) => node.stop()));
    await nats?.stop();
  });

  const together = <Seen>(see: () => Promise<Seen>) => countedTogether(clients, see);

  let addresses = 0;
  /** An address that has sent nothing yet. */
  const newAddress = () => `198.51.100.${++addresses}`;

  /** The statuses of requests that are spread over both gateways, and how often each was answered. */
  async function answers(count: number, send: (client: KeyClient, index: number) => Promise<{ status: number }>) {
    const sent = Array.from({ length: count }, (_, index) => send(clients[index % 2] as KeyClient, index));
    return Object.fromEntries(
      Map.groupBy(await Promise.all(sent), ({ status }) => status)
        .entries()
        .map(([status, { length }]) => [status, length]),
    );
  }

  it("exactly as many requests of an owner are answered as the limit says", async () => {
    const seen = await together(async () => {
      const [{ key }, { key: other }] = [await clients[0].key(), await clients[1].key()];
      return [await answers(200, (client) => client.whoAmI(key)), await answers(10, (client) => client.whoAmI(other))];
    });
    expect(seen).toEqual([{ 200: 150, 429: 50 }, { 200: 10 }]);
  });

  const withoutKey = (address: string) => answers(40, (client) => client.get("/v1/models", from(address)));

  it("exactly as many requests without a key, for each address", async () => {
    const seen = await together(async () => [await withoutKey(newAddress()), await withoutKey(newAddress())]);
    expect(seen).toEqual([
      { 401: 30, 429: 10 },
      { 401: 30, 429: 10 },
    ]);
  });

  it("exactly as many wrong keys are looked up, while known ones go on working", async () => {
    const seen = await together(async () => {
      const { key } = await clients[0].key();
      const NAT = from(newAddress());
      const right = (client: KeyClient) => client.get("/v1/whoami", { ...bearer(key), ...NAT });
      const wrong = (client: KeyClient, index: number) =>
        client.get("/v1/whoami", { ...bearer(`sl_wrong-${index}`), ...NAT });
      return [await answers(2, right), await answers(40, wrong), await answers(20, right)];
    });
    expect(seen).toEqual([{ 200: 2 }, { 401: 10, 429: 30 }, { 200: 20 }]);
  });

  it("the room of an owner's images is never exceeded, is used whole, and comes back", async () => {
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

  it("what failed additions sent counts until their job is over", async () => {
    const headers = bearer((await clients[0].key({ scopes: ["jobs"] })).key);
    const { id } = (await clients[0].post(STAGED, new FormData(), headers)).body;
    const CUT = { "Content-Type": "multipart/form-data; boundary=cut" };
    const start = '--cut\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n';
    const broken = (client: KeyClient) => {
      const parts = [start, Buffer.alloc(60 * KB, crypto.randomUUID()), "\r\n--cut\r\n"];
      return client.post(`/v1/jobs/${id}/images`, Buffer.concat(parts.map((part) => Buffer.from(part))), {
        ...headers,
        ...CUT,
      });
    };
    const [first, second] = clients;
    expect(await broken(first)).toMatchObject({ status: 400 });
    expect(await broken(second)).toMatchObject({ status: 429, body: { storedBytes: 60 * KB } });
    const add = (client: KeyClient, count: number) =>
      client.post(`/v1/jobs/${id}/images`, Buffer.alloc(count, crypto.randomUUID()), {
        ...headers,
        "Content-Type": "image/jpeg",
      });
    expect(await add(second, 30 * KB)).toMatchObject({ status: 200 });
    expect(await add(first, 10 * KB + 1)).toMatchObject({ status: 429, body: { storedBytes: 90 * KB } });
    expect((await first.post(`/v1/jobs/${id}/cancel`, undefined, headers)).status).toBe(200);
    expect(await second.post(STAGED, Buffer.alloc(MOST), { ...headers, "Content-Type": "image/jpeg" })).toMatchObject({
      status: 201,
    });
  });

  it.runIf(mongo?.process && mongo.keepsData)(
    "each gateway counts by itself while the database is silent",
    async () => {
      mongo?.process?.kill("SIGSTOP");
      try {
        const ofDead = (client: KeyClient, address: string) => client.get("/v1/models", from(address));
        // The first request finds out.
        for (const client of clients) await ofDead(client, "192.0.2.4");
        expect(await answers(80, (client) => ofDead(client, "192.0.2.5"))).toEqual({ 401: 60, 429: 20 });
      } finally {
        mongo?.process?.kill("SIGCONT");
      }
      const alone = await countedAlone(clients);
      expect(alone).toHaveLength(clients.length);
      for (const times of alone) expect(times).toBeGreaterThan(0);
      expect(await together(() => withoutKey(newAddress()))).toEqual({ 401: 30, 429: 10 });
    },
  );
});
