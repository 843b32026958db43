/** The nodes of a cluster, over a real nats-server: one that works, one that does not answer, one that is gone. */
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listNodes, nodeMetadata } from "../../lib/monitor/nodes.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

let nats: NatsServer;
const brokers: ServiceBroker[] = [];

async function startNode(nodeID: string, load?: () => unknown): Promise<ServiceBroker> {
  const transporter = { type: "NATS" as const, options: { servers: nats.url } };
  const broker = new ServiceBroker({ nodeID, logger: false, transporter, metadata: nodeMetadata() });
  if (load) broker.createService({ name: "detector", actions: { load } });
  else broker.createService({ name: "api" });
  await broker.start();
  brokers.push(broker);
  return broker;
}

beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(async () => {
  await Promise.all(brokers.map((broker) => broker.stop()));
  await nats.stop();
});

it("are listed with what each is doing, whatever one of them does", async () => {
  const api = await startNode("node-a");
  await startNode("node-b", () => ({ threads: 4, running: 3, waiting: 7, serviceMs: 5 }));
  await startNode("node-c", () => new Promise(() => {}));
  const gone = await startNode("node-d", () => ({ threads: 1, running: 0, waiting: 0 }));
  await api.waitForServices(["detector"]);
  await expect.poll(async () => (await listNodes(api)).length).toBe(4);
  await gone.stop();
  await expect.poll(async () => (await listNodes(api))[3]?.state).toBe("offline");
  const known = { version: expect.any(String), startedAt: expect.any(String), uptimeSeconds: expect.any(Number) };
  const online = { state: "online", hostname: expect.any(String), ...known };
  // On a slow machine, a node that is well may also be asked in vain for once.
  await expect
    .poll(() => listNodes(api))
    .toEqual([
      { id: "node-a", services: ["api"], ...online },
      { id: "node-b", services: ["detector"], detector: { threads: 4, running: 3, waiting: 7 }, ...online },
      { id: "node-c", services: ["detector"], detector: null, ...online },
      expect.objectContaining({ id: "node-d", state: "offline" }),
    ]);
});
