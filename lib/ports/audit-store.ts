/** What is recorded of one action or access. Nothing secret, and no vectors. */
import type { Timestamp } from "../time.ts";
export interface AuditRecord {
  /** Unique: a record that is appended again is ignored. */
  readonly id: string;
  readonly time: Timestamp;
  /** What was done, such as `key.create`. */
  readonly action: string;
  /** What it was done to, such as the id of a key, or the name of a collection. */
  readonly object?: string;
  /** Who did it: the key and its name. Absent for the service itself. */
  readonly keyId?: string;
  readonly keyName?: string;
  /** The owner that the key stands for; of an administrator's request about a job, the owner of that. */
  readonly owner?: string;
  /** Network address of the client. */
  readonly address?: string;
  /** Status of the answer. */
  readonly status?: number;
}

export interface AuditEntry extends AuditRecord {
  /** 1 for the first entry ever; ascends by one. */
  readonly sequence: number;
  /** `hash` of the entry before; empty for the first. */
  readonly previous: string;
  /** See `hashOfEntry`. */
  readonly hash: string;
}

/**
 * The append-only audit log, a chain of hashes. There is no way to change an entry, nor to remove one but the oldest.
 *
 * - When `append` resolves, the entries survive a crash of the process, and on one machine a power failure.
 * - Of concurrent calls, on any node, each appends to what the other has appended.
 */
export interface AuditStore {
  append(records: readonly AuditRecord[]): Promise<void>;
  /** Newest first. @param before Only entries before this sequence. */
  read(request: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]>;
  /** Removes entries from before the time, but for the newest. @returns the number removed. */
  sweep(before: Timestamp): Promise<number>;
}
