import type { RetentionClock } from "../time/retention-clock.ts";
import type { ActivityHistory } from "./activity-history.ts";
import type { ActivityStore } from "./activity-store.ts";
import type { AuditStore } from "./audit-store.ts";
import type { BlobStore } from "./blob-store.ts";
import type { CollectionStore } from "./collection-store.ts";
import type { EncodingCache } from "./encoding-cache.ts";
import type { ErasureStore } from "./erasure-store.ts";
import type { EventLog } from "./event-log.ts";
import type { JobStore } from "./job-store.ts";
import type { KeyStore } from "./key-store.ts";
import type { LeaderLeases } from "./leader-leases.ts";
import type { OwnerData } from "./owner-data.ts";
import type { RateCounters } from "./rate-counters.ts";
import type { ReaderPositions } from "./reader-positions.ts";
import type { SessionStore } from "./session-store.ts";
import type { TaskQueue } from "./task-queue.ts";
import type { UploadReservations } from "./upload-reservations.ts";
import type { WebhookSecretStore } from "./webhook-secret-store.ts";
import type { WebhookStore } from "./webhook-store.ts";

/** All ports to one storage. The rest of the service accesses storage only through them. */
export interface Backends {
  readonly store: JobStore;
  readonly log: EventLog;
  readonly activity: ActivityStore;
  readonly history: ActivityHistory;
  readonly queue: TaskQueue;
  readonly blobs: BlobStore;
  readonly webhooks: WebhookStore;
  readonly webhookSecrets: WebhookSecretStore;
  readonly readerPositions: ReaderPositions;
  readonly leaderLeases: LeaderLeases;
  readonly sessions: SessionStore;
  readonly keys: KeyStore;
  readonly encodings: EncodingCache;
  readonly collections: CollectionStore;
  readonly erasures: ErasureStore;
  readonly ownerData: OwnerData;
  readonly audit: AuditStore;
  readonly rateCounters: RateCounters;
  readonly uploads: UploadReservations;
  /** Whether other nodes use the same storage concurrently. */
  readonly isShared: boolean;
  /** What is removed because of its age goes by this clock, since a wall clock may be wrong. */
  readonly retentionClock: RetentionClock;
  /** Closes the queue, completes pending writes and releases the storage. Close the users of the ports first. */
  close(): Promise<void>;
}
