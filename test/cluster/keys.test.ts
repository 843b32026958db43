/** Keys on several nodes: two gateways, and a third node that stores the keys. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { EventSourceReader } from "../support/event-source.ts";
import { bearer, KeyClient } from "../support/key-client.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type RunningProcess, type RunningService, startProcess, startService } from "../support/service.ts";

let nats: NatsServer;
let keeper: RunningProcess;
let gateways: [RunningService, RunningService];
beforeAll(async () => {
  nats = await startNatsServer();
  const common = { NATS_URL: nats.url };
  const gateway = () => startService({ ...common, AUTH: "keys", SERVICES: "api" }, undefined, () => true);
  // The gateways are first, and wait for the keys.
  gateways = await Promise.all([gateway(), gateway()]);
  keeper = startProcess({ ...common, SERVICES: "jobs,events,sessions,keys,encodings,detector", THREADS: "1" });
});
afterAll(async () => {
  await Promise.all([...(gateways ?? []), keeper].map((node) => node?.stop()));
  await nats?.stop();
});

const printed = ({ log }: RunningProcess) => log.flatMap((line) => /admin key .*: (sl_\S+)$/.exec(line)?.[1] ?? []);

it("have one admin key, printed where they are stored", async () => {
  await expect.poll(() => printed(keeper)).toHaveLength(1);
  expect([...printed(gateways[0]), ...printed(gateways[1])]).toEqual([]);
});

it("are valid on all nodes at once, and revoked on all", async () => {
  await expect.poll(() => printed(keeper)).toHaveLength(1);
  const [first, second] = gateways.map(({ url }) => new KeyClient(url)) as [KeyClient, KeyClient];
  const admin = bearer(printed(keeper)[0] as string);
  const status = async (path: string, key: string, client: KeyClient) => (await client.get(path, bearer(key))).status;
  // A node tells of its services one by one.
  for (const client of [first, second])
    for (const path of ["/v1/keys", "/v1/jobs", "/v1/events", "/session"])
      await expect.poll(() => status(path, printed(keeper)[0] as string, client)).toBe(200);
  const { body } = await first.postJson("/v1/keys", { name: "a", scopes: ["jobs", "sessions"] }, admin);
  const { body: session } = await second.get("/session", bearer(body.key));
  for (const client of [first, second])
    for (const key of [body.key, session.key]) expect(await status("/v1/jobs", key, client)).toBe(200);
  const streams = await Promise.all(
    [first, second].map(({ url }) => EventSourceReader.open(`${url}/v1/events`, bearer(body.key))),
  );
  expect((await first.send("DELETE", `/v1/keys/${body.id}`, { headers: admin })).status).toBe(204);
  for (const client of [second, first])
    for (const key of [body.key, session.key]) await expect.poll(() => status("/v1/jobs", key, client)).toBe(401);
  await expect.poll(() => streams.map(({ isEnded }) => isEnded)).toEqual([true, true]);
});

it("are made once by two gateways at once, with one Idempotency-Key", async () => {
  const admin = bearer(printed(keeper)[0] as string);
  const [first, second] = gateways.map(({ url }) => new KeyClient(url)) as [KeyClient, KeyClient];
  const create = (client: KeyClient) =>
    client.postJson("/v1/keys", { name: "once", scopes: ["jobs"] }, { ...admin, "Idempotency-Key": "once" });
  const answers = await Promise.all([first, second, first, second].map(create));
  for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 201, body: answers[0]?.body });
});

it("cannot be checked while their node is away, which is no answer about them", async () => {
  const client = new KeyClient(gateways[0].url);
  await keeper.kill();
  await expect
    .poll(() => client.get("/v1/models", bearer("sl_unknown")))
    .toMatchObject({ status: 503, body: { code: "SERVICE_UNAVAILABLE" } });
});
