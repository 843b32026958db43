/** The simulated storage keeps the promises of its ports: it passes the suites that the real adapters pass. */
import { systemClock } from "../../lib/time/clock.ts";
import { blobStoreConformance } from "../ports/blob-store.conformance.ts";
import { eventLogConformance } from "../ports/event-log.conformance.ts";
import { jobStoreConformance } from "../ports/job-store.conformance.ts";
import { jobStoreOwnersConformance } from "../ports/job-store-owners.conformance.ts";
import { jobStoreQueriesConformance } from "../ports/job-store-queries.conformance.ts";
import { leaderLeasesConformance } from "../ports/leader-leases.conformance.ts";
import type { Opened } from "../ports/opened.ts";
import { taskQueueConformance } from "../ports/task-queue.conformance.ts";
import { webhookStoreConformance } from "../ports/webhook-store.conformance.ts";
import { MemoryBlobStore } from "./memory/blob-store.ts";
import { MemoryEventLog } from "./memory/event-log.ts";
import { MemoryJobStore } from "./memory/job-store.ts";
import { JobTables } from "./memory/job-tables.ts";
import { type LeaseTable, MemoryLeaderLeases } from "./memory/leader-leases.ts";
import { MemoryTaskQueue, TaskTable } from "./memory/task-queue.ts";
import { MemoryWebhookStore } from "./memory/webhook-store.ts";

/** @param connect Returns the port of a node that starts, over the same storage each time. */
function opener<Port>(connectTo: () => () => Port): () => Promise<Opened<Port>> {
  return async () => {
    const connect = connectTo();
    return { port: connect(), reopen: async () => connect(), close: async () => {} };
  };
}

/** A store that lets others act wherever it may. */
const interleaved = opener(() => {
  const tables = new JobTables();
  return () => new MemoryJobStore(tables, () => new Promise(setImmediate));
});

jobStoreConformance("simulated", interleaved);
jobStoreQueriesConformance("simulated", interleaved);
jobStoreOwnersConformance("simulated", interleaved);
const leaseMs = 400;
taskQueueConformance("simulated", { leaseMs }, (ms) =>
  opener(() => {
    const tasks = new TaskTable(systemClock, ms);
    return () => new MemoryTaskQueue(tasks);
  })(),
);
eventLogConformance(
  "simulated",
  opener(() => {
    const log = new MemoryEventLog();
    return () => log;
  }),
);
webhookStoreConformance(
  "simulated",
  opener(() => {
    const webhooks = new MemoryWebhookStore();
    return () => webhooks;
  }),
);
blobStoreConformance(
  "simulated",
  opener(() => {
    const blobs = new MemoryBlobStore(() => performance.now());
    return () => blobs;
  }),
  { isInMemory: true },
);
leaderLeasesConformance(
  "simulated",
  opener(() => {
    const leases: LeaseTable = new Map();
    let starts = 0;
    return () => new MemoryLeaderLeases(leases, `node ${++starts}`, systemClock);
  }),
);
