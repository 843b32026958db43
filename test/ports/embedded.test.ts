import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { activityHistoryConformance } from "./activity-history.conformance.ts";
import { activityStoreConformance } from "./activity-store.conformance.ts";
import { auditStoreConformance } from "./audit-store.conformance.ts";
import { blobStoreConformance } from "./blob-store.conformance.ts";
import { collectionStoreConformance } from "./collection-store.conformance.ts";
import { encodingCacheConformance } from "./encoding-cache.conformance.ts";
import { erasureStoreConformance } from "./erasure-store.conformance.ts";
import { eventLogConformance } from "./event-log.conformance.ts";
import { jobStoreConformance } from "./job-store.conformance.ts";
import { jobStoreOwnersConformance } from "./job-store-owners.conformance.ts";
import { jobStoreQueriesConformance } from "./job-store-queries.conformance.ts";
import { keyStoreConformance } from "./key-store.conformance.ts";
import { leaderLeasesConformance } from "./leader-leases.conformance.ts";
import type { Opened } from "./opened.ts";
import { ownerDataConformance } from "./owner-data.conformance.ts";
import { rateCountersConformance } from "./rate-counters.conformance.ts";
import { readerPositionsConformance } from "./reader-positions.conformance.ts";
import { sessionStoreConformance } from "./session-store.conformance.ts";
import { taskQueueConformance } from "./task-queue.conformance.ts";
import { uploadReservationsConformance } from "./upload-reservations.conformance.ts";
import { webhookSecretStoreConformance } from "./webhook-secret-store.conformance.ts";
import { webhookStoreConformance } from "./webhook-store.conformance.ts";

const shortLeaseMs = 400;

function opener<Port>(select: (backends: Backends) => Port): (leaseMs?: number) => Promise<Opened<Port>> {
  return async (leaseMs = shortLeaseMs) => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-ports-"));
    let backends = await openEmbedded({ folder, leaseMs });
    return {
      port: select(backends),
      async reopen() {
        await backends.close();
        backends = await openEmbedded({ folder, leaseMs });
        return select(backends);
      },
      async close() {
        await backends.close();
        rmSync(folder, { recursive: true });
      },
    };
  };
}

const store = opener(({ store }) => store);
jobStoreConformance("embedded", store);
jobStoreQueriesConformance("embedded", store);
jobStoreOwnersConformance("embedded", store);
taskQueueConformance(
  "embedded",
  { leaseMs: shortLeaseMs },
  opener(({ queue }) => queue),
);
blobStoreConformance(
  "embedded",
  opener(({ blobs }) => blobs),
);
eventLogConformance(
  "embedded",
  opener(({ log }) => log),
);
activityHistoryConformance(
  "embedded",
  opener(({ history }) => history),
);
activityStoreConformance(
  "embedded",
  opener(({ activity }) => activity),
);
webhookStoreConformance(
  "embedded",
  opener(({ webhooks }) => webhooks),
);
sessionStoreConformance(
  "embedded",
  opener(({ sessions }) => sessions),
);
keyStoreConformance(
  "embedded",
  opener(({ keys }) => keys),
);
encodingCacheConformance(
  "embedded",
  opener(({ encodings }) => encodings),
);
collectionStoreConformance(
  "embedded",
  opener(({ collections }) => collections),
);
uploadReservationsConformance(
  "embedded",
  opener(({ uploads }) => uploads),
);
rateCountersConformance(
  "embedded",
  opener(({ rateCounters }) => rateCounters),
);
readerPositionsConformance(
  "embedded",
  opener(({ readerPositions }) => readerPositions),
);
leaderLeasesConformance(
  "embedded",
  opener(({ leaderLeases }) => leaderLeases),
);
auditStoreConformance(
  "embedded",
  opener(({ audit }) => audit),
);
webhookSecretStoreConformance(
  "embedded",
  opener(({ webhookSecrets }) => webhookSecrets),
);
erasureStoreConformance(
  "embedded",
  opener(({ erasures }) => erasures),
);
ownerDataConformance(
  "embedded",
  opener((backends) => backends),
);
