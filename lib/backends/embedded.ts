import { dirname, join } from "node:path";
import type { Backends } from "../ports/backends.ts";
import type { EventLog } from "../ports/event-log.ts";
import { type ClockState, RetentionClock } from "../time/retention-clock.ts";
import { FileBlobStore } from "./files/blob-store.ts";
import { syncFolder } from "./files/disk-sync.ts";
import { soleLeader } from "./memory/leader-leases.ts";
import { MemoryRateCounters } from "./memory/rate-counters.ts";
import { MemoryTaskQueue } from "./memory/task-queue.ts";
import { MemoryUploadReservations } from "./memory/upload-reservations.ts";
import { SqliteActivityHistory } from "./sqlite/activity-history.ts";
import { SqliteActivityStore } from "./sqlite/activity-store.ts";
import { SqliteAuditStore } from "./sqlite/audit-store.ts";
import { ClockStateTable } from "./sqlite/clock-state-table.ts";
import { SqliteCollectionStore } from "./sqlite/collection-store.ts";
import { Database, type DatabaseOptions } from "./sqlite/database.ts";
import { SqliteEncodingCache } from "./sqlite/encoding-cache.ts";
import { SqliteErasureStore } from "./sqlite/erasure-store.ts";
import { SqliteEventLog } from "./sqlite/event-log.ts";
import { SqliteJobStore } from "./sqlite/job-store.ts";
import { SqliteKeyStore } from "./sqlite/key-store.ts";
import { SqliteOwnerData } from "./sqlite/owner-data.ts";
import { SqliteReaderPositions } from "./sqlite/reader-positions.ts";
import { SqliteSessionStore } from "./sqlite/session-store.ts";
import { asStartFailure } from "./sqlite/storage-failure.ts";
import { SqliteWebhookSecretStore } from "./sqlite/webhook-secret-store.ts";
import { SqliteWebhookStore } from "./sqlite/webhook-store.ts";

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
    const store = await SqliteJobStore.open(database);
    const blobs = await FileBlobStore.open(join(options.folder, "blobs"));
    // Brings the names of what was created above to the disk.
    for (const folder of [options.folder, dirname(options.folder)]) await syncFolder(folder);
    const queue = new MemoryTaskQueue(options.leaseMs);
    const close = async () => {
      await queue.close();
      await database.close();
    };
    const log = new SqliteEventLog(database);
    return {
      store,
      log,
      queue,
      blobs,
      activity: new SqliteActivityStore(database),
      history: new SqliteActivityHistory(database),
      webhooks: new SqliteWebhookStore(database),
      webhookSecrets: new SqliteWebhookSecretStore(database),
      sessions: new SqliteSessionStore(database),
      keys: new SqliteKeyStore(database),
      encodings: new SqliteEncodingCache(database),
      collections: new SqliteCollectionStore(database),
      erasures: new SqliteErasureStore(database),
      ownerData: new SqliteOwnerData(database),
      readerPositions: new SqliteReaderPositions(database),
      retentionClock: await retentionClockOf(database, log, options.onNotice),
      audit: new SqliteAuditStore(database),
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
 * The clock continues from the state that the last run stored. Without a stored state, the time of the newest event is
 * known to be past.
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
