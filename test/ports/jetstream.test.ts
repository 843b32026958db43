import { afterAll, beforeAll } from "vitest";
import { type JetStreamPorts, openJetStream } from "../../lib/backends/cluster/jetstream.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { blobStoreConformance } from "./blob-store.conformance.ts";
import { eventLogConformance } from "./event-log.conformance.ts";
import type { Opened } from "./opened.ts";
import { taskQueueConformance } from "./task-queue.conformance.ts";

// Long enough that a busy machine does not let a lease run out that is being extended.
const leaseMs = 300;

let nats: NatsServer;
let clusters = 0;
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(() => nats.stop());

/** Each on streams of its own. */
function opener<Port>(select: (ports: JetStreamPorts) => Port): () => Promise<Opened<Port>> {
  return async () => {
    const options = { prefix: `test${clusters++}`, leaseMs, pollMs: 50 };
    let ports = await openJetStream(nats.url, options);
    return {
      port: select(ports),
      async reopen() {
        await ports.close();
        ports = await openJetStream(nats.url, options);
        return select(ports);
      },
      close: () => ports.close(),
    };
  };
}

taskQueueConformance(
  "JetStream",
  leaseMs,
  opener(({ queue }) => queue),
);
blobStoreConformance(
  "JetStream",
  opener(({ blobs }) => blobs),
);
eventLogConformance(
  "JetStream",
  opener(({ log }) => log),
);
