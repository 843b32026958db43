/** The chain of the audit log. Pure. `sightline audit --verify` checks it. */
import { hash } from "node:crypto";
import type { AuditEntry, AuditRecord } from "../ports/audit-store.ts";

const FIELDS = [
  "sequence",
  "previous",
  "id",
  "time",
  "action",
  "object",
  "keyId",
  "keyName",
  "owner",
  "address",
  "status",
];

/**
 * SHA-256, in hexadecimal, of the JSON array of the entry's fields in the order above; null for those that it lacks.
 */
function hashOfEntry(entry: Omit<AuditEntry, "hash">): string {
  const values = FIELDS.map((field) => (entry as unknown as Record<string, unknown>)[field] ?? null);
  return hash("sha256", JSON.stringify(values));
}

/** The entry for a record. It follows the last entry, or is the first one. */
export function nextEntry(record: AuditRecord, last: Pick<AuditEntry, "sequence" | "hash"> | undefined): AuditEntry {
  const entry = { ...record, sequence: (last?.sequence ?? 0) + 1, previous: last?.hash ?? "" };
  return { ...entry, hash: hashOfEntry(entry) };
}

/**
 * What is wrong with an entry, in a sentence; undefined if nothing is.
 * @param next The entry that was read before it, which is the newer one.
 */
export function faultOf(entry: AuditEntry, next: AuditEntry | undefined): string | undefined {
  if (entry.hash !== hashOfEntry(entry)) return `Entry ${entry.sequence} was changed.`;
  if (!next) return undefined;
  if (next.sequence !== entry.sequence + 1)
    return `Entries between ${entry.sequence} and ${next.sequence} are missing.`;
  return next.previous === entry.hash ? undefined : `Entry ${next.sequence} does not follow entry ${entry.sequence}.`;
}
