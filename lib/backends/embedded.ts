import { dirname, join } from "node:path";
import type { Backends } from "../ports/backends.ts";
import type { EventLog } from "../ports/event-log.ts";
import { type ClockState, RetentionClock } from "../retention-clock.ts";
import { EmbeddedBlobStore } from "./files/blob-store.ts";
import { syncFolder } from "./files/disk-sync.ts";
import { MemoryRateCounters } from "./memory/rate-counters.ts";
import { MemoryUploadReservations } from "./memory/upload-reservations.ts";
import { EmbeddedActivityHistory } from "./sqlite/activity-history.ts";
import { EmbeddedActivityStore } from "./sqlite/activity-store.ts";
import { EmbeddedAuditStore } from "./sqlite/audit-store.ts";
import { ClockStateTable } from "./sqlite/clock-state-table.ts";
import { EmbeddedCollectionStore } from "./sqlite/collection-store.ts";
import { Database, type DatabaseOptions } from "./sqlite/database.ts";
import { EmbeddedEncodingCache } from "./sqlite/encoding-cache.ts";
import { EmbeddedErasureStore } from "./sqlite/erasure-store.ts";
import { EmbeddedEventLog } from "./sqlite/event-log.ts";
import { EmbeddedJobStore } from "./sqlite/job-store.ts";
import { EmbeddedKeyStore } from "./sqlite/key-store.ts";
import { soleLeader } from "./sqlite/leader-leases.ts";
import { EmbeddedOwnerData } from "./sqlite/owner-data.ts";
import { EmbeddedReaderPositions } from "./sqlite/reader-positions.ts";
import { EmbeddedSessionStore } from "./sqlite/session-store.ts";
import { asStartFailure } from "./sqlite/storage-failure.ts";
import { EmbeddedTaskQueue } from "./sqlite/task-queue.ts";
import { EmbeddedWebhookSecretStore } from "./sqlite/webhook-secret-store.ts";
import { EmbeddedWebhookStore } from "./sqlite/webhook-store.ts";

export interface EmbeddedOptions extends DatabaseOptions {
  /** Time a consumer has to end or extend a task's lease. */
  readonly leaseMs: number;
}

/**
 * All ports over one data folder, which stays locked until `close`.
 * @throws STORE_LOCKED, STORE_CORRUPT; StartFailure where the folder cannot be used
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Backends> {
  const database = await Database.open(options);
  try {
    const store = await EmbeddedJobStore.open(database);
    const blobs = await EmbeddedBlobStore.open(join(options.folder, "blobs"));
    // Brings the names of what was created above to the disk.
    for (const folder of [options.folder, dirname(options.folder)]) await syncFolder(folder);
    const queue = new EmbeddedTaskQueue(options.leaseMs);
    const close = async () => {
      await queue.close();
      await database.close();
    };
    const webhooks = new EmbeddedWebhookStore(database);
    const log = new EmbeddedEventLog(database);
    const activity = new EmbeddedActivityStore(database);
    const history = new EmbeddedActivityHistory(database);
    const clients = { sessions: new EmbeddedSessionStore(database), keys: new EmbeddedKeyStore(database) };
    const faces = {
      encodings: new EmbeddedEncodingCache(database),
      collections: new EmbeddedCollectionStore(database),
    };
    const erasing = { erasures: new EmbeddedErasureStore(database), ownerData: new EmbeddedOwnerData(database) };
    return {
      store,
      log,
      activity,
      history,
      queue,
      blobs,
      webhooks,
      webhookSecrets: new EmbeddedWebhookSecretStore(database),
      ...clients,
      ...faces,
      ...erasing,
      readerPositions: new EmbeddedReaderPositions(database),
      retentionClock: await retentionClockOf(database, log, options.onNotice),
      audit: new EmbeddedAuditStore(database),
      rateCounters: new MemoryRateCounters(),
      uploads: new MemoryUploadReservations(),
      leaderLeases: soleLeader,
      isShared: false,
      close,
    };
  } catch (error) {
    await database.close();
    throw asStartFailure(error, options.folder, database.path);
  }
}

/**
 * It goes on from the state that the last run stored; where there is none yet, the newest event tells of a time past.
 */
async function retentionClockOf(
  database: Database,
  log: EventLog,
  onNotice: (notice: string) => void = () => {},
): Promise<RetentionClock> {
  const table = new ClockStateTable(database);
  return new RetentionClock({
    wallClocks: async () => [Date.now()],
    past: (await table.load()) ?? (await stateOfNewestEvent(log)),
    save: (state) => table.save(state),
    onNotice,
  });
}

async function stateOfNewestEvent(log: EventLog): Promise<ClockState | undefined> {
  const [newest] = await log.read({ after: (await log.lastSequence()) - 1, limit: 1 });
  return newest && { time: Date.parse(newest.event.time), jumps: [] };
}
