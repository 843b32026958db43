import { afterAll, beforeAll } from "vitest";
import { type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { type NatsCluster, startNatsCluster } from "../support/nats-cluster.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { blobStoreConformance } from "./blob-store.conformance.ts";
import { eventLogConformance } from "./event-log.conformance.ts";
import type { Opened } from "./opened.ts";
import { taskQueueConformance } from "./task-queue.conformance.ts";

const shortLeaseMs = 800;
/** Of a request to a server: so long that a busy machine does not let it fail. */
const timeoutMs = 20_000;

let nats: NatsServer;
let three: NatsCluster;
let clusters = 0;
beforeAll(async () => {
  [nats, three] = await Promise.all([startNatsServer(), startNatsCluster()]);
});
afterAll(() => Promise.all([nats.stop(), three.stop()]));

type Select<Port> = (ports: JetStreamPorts) => Port;

/** Each on streams of its own. */
function opener<Port>(
  url: () => string,
  replicas: number,
  select: Select<Port>,
): (leaseMs?: number) => Promise<Opened<Port>> {
  const open = async (leaseMs: number) => {
    const options = { prefix: `test${clusters++}`, leaseMs, pollMs: 50, timeoutMs, replicas };
    let ports = await openJetStream(url(), options);
    return {
      port: select(ports),
      async reopen() {
        await ports.close();
        ports = await openJetStream(url(), options);
        return select(ports);
      },
      close: () => ports.close(),
    };
  };
  const next = new Map<number, ReturnType<typeof open>>();
  return async (leaseMs = shortLeaseMs) => {
    const opening = next.get(leaseMs) ?? open(leaseMs);
    if (replicas === 1) return opening;
    // Copies take their time: a test's streams are made while the one before it runs.
    const following = open(leaseMs);
    // After the last test, the servers stop while it is being opened.
    following.catch(() => {});
    next.set(leaseMs, following);
    return opening;
  };
}

const one = <Port>(select: Select<Port>) => opener(() => nats.url, 1, select);
const replicated = <Port>(select: Select<Port>) => opener(() => three.url, 3, select);

for (const [name, open, isReplicated] of [
  ["JetStream", one, false],
  ["JetStream, three servers", replicated, true],
] as const) {
  taskQueueConformance(
    name,
    { leaseMs: shortLeaseMs, isReplicated },
    open(({ queue }) => queue),
  );
  blobStoreConformance(
    name,
    open(({ blobs }) => blobs),
  );
  eventLogConformance(
    name,
    open(({ log }) => log),
  );
}
