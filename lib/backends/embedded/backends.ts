import { join } from "node:path";
import type { Backends } from "../../ports/backends.ts";
import { EmbeddedBlobStore } from "./blob-store.ts";
import { EmbeddedCollectionStore } from "./collection-store.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { embeddedDuties } from "./duties.ts";
import { EmbeddedEncodingCache } from "./encoding-cache.ts";
import { EmbeddedEventLog } from "./event-log.ts";
import { EmbeddedJobStore } from "./job-store.ts";
import { EmbeddedSessionStore } from "./session-store.ts";
import { EmbeddedTaskQueue } from "./task-queue.ts";
import { EmbeddedWebhookStore } from "./webhook-store.ts";

export interface EmbeddedOptions extends DatabaseOptions {
  /** Time a consumer has to end or extend a lease of a task. */
  readonly leaseMs: number;
}

/**
 * All ports over one data folder, which is held until `close`.
 * @throws STORE_LOCKED, STORE_CORRUPT, STORAGE_FULL
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Backends> {
  const database = Database.open(options);
  try {
    const store = await EmbeddedJobStore.open(database);
    const blobs = await EmbeddedBlobStore.open(join(options.folder, "blobs"));
    const queue = new EmbeddedTaskQueue(options.leaseMs);
    const close = async () => {
      await queue.close();
      database.close();
    };
    const webhooks = new EmbeddedWebhookStore(database);
    const log = new EmbeddedEventLog(database);
    const faces = {
      sessions: new EmbeddedSessionStore(database),
      encodings: new EmbeddedEncodingCache(database),
      collections: new EmbeddedCollectionStore(database),
    };
    return { store, log, queue, blobs, webhooks, ...faces, duties: embeddedDuties, isShared: false, close };
  } catch (error) {
    database.close();
    throw error;
  }
}
