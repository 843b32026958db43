/** The first secret of a receiver, of which a node of a cluster did not learn when it was made. */
import { afterAll, describe, expect, it } from "vitest";
import { openMongo } from "../../lib/backends/mongo/mongo.ts";
import { badFile, form } from "../support/job-client.ts";
import { KeyClient } from "../support/key-client.ts";
import { startMongoServers } from "../support/mongo-server.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { startReceiver, status, webhookSecret } from "../support/receiver.ts";
import { startService } from "../support/service.ts";

const servers = await startMongoServers();
afterAll(() => Promise.all(servers.map((server) => server.stop())));

describe.each(servers)("with $name", (mongo) => {
  it("makes the node deliver webhooks, though it misses the message about the secret", async () => {
    const MONGO_URL = new URL(`secrets-${crypto.randomUUID()}`, `${mongo.url}/`).href;
    const nats = await startNatsServer();
    const receiver = await startReceiver(status(204));
    const environment = { NATS_URL: nats.url, MONGO_URL, WEBHOOK_ALLOW_PRIVATE: "true", SERVICES: "api,jobs,events" };
    const service = await startService(environment, undefined, () => true);
    const other = await openMongo(MONGO_URL, { database: "unused" });
    try {
      const client = new KeyClient(service.url);
      const create = () => client.post(`/v1/jobs?callbackUrl=${encodeURIComponent(receiver.url)}`, form([badFile]));
      await expect.poll(create).toMatchObject({ body: { code: "WEBHOOKS_DISABLED" } });
      // As by a node that ended before it told the others.
      const { origin } = new URL(receiver.url);
      const secret = { owner: "", origin, secret: webhookSecret, createdAt: new Date().toISOString() };
      await other.webhookSecrets.put(secret, undefined);
      const { status: code, body } = await create();
      expect(code).toBe(202);
      const received = () => receiver.received.filter((webhook) => webhook.body.includes(body.id)).length;
      await expect.poll(received).toBeGreaterThan(0);
    } finally {
      await Promise.all([service.stop(), other.close(), receiver.stop()]);
      await nats.stop();
    }
  });
});
