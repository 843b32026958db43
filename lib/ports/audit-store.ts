/** What is recorded of one action or access. It contains no secrets and no vectors. */
import type { Timestamp } from "../time/timestamp.ts";
export interface AuditRecord {
  /** Unique: a record that is appended again is ignored. */
  readonly id: string;
  readonly time: Timestamp;
  /** What was done, such as `key.create`. */
  readonly action: string;
  /** The object of the action, such as the id of a key, or the name of a collection. */
  readonly object?: string;
  /** Who did it: the key and its name. Absent for the service itself. */
  readonly keyId?: string;
  readonly keyName?: string;
  /** The owner that the key stands for. If an administrator's request is about a job, this is the owner of the job. */
  readonly owner?: string;
  /** Network address of the client. */
  readonly address?: string;
  /** Status of the answer. */
  readonly status?: number;
}

export interface AuditEntry extends AuditRecord {
  /** 1 for the first entry ever; ascends by one. */
  readonly sequence: number;
  /** `hash` of the previous entry; empty for the first entry. */
  readonly previous: string;
  /** Hash of the entry, see `hashOfEntry`. */
  readonly hash: string;
}

/**
 * The append-only audit log, a chain of hashes. An entry cannot be changed, and only the oldest can be removed.
 *
 * - When `append` resolves, the entries survive a crash of the process, and on one machine a power failure.
 * - Concurrent calls, on any nodes, append one after the other.
 */
export interface AuditStore {
  append(records: readonly AuditRecord[]): Promise<void>;
  /** Newest first. @param before Only entries before this sequence. */
  read(request: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]>;
  /** Removes entries from before the time, except for the newest one. @returns the number removed. */
  sweep(before: Timestamp): Promise<number>;
}
