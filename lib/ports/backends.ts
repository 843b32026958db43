import type { BlobStore } from "./blob-store.ts";
import type { EventLog } from "./event-log.ts";
import type { JobStore } from "./job-store.ts";
import type { TaskQueue } from "./task-queue.ts";

/** Everything a node keeps or shares, whatever it is kept in. */
export interface Backends {
  readonly store: JobStore;
  readonly log: EventLog;
  readonly queue: TaskQueue;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}
