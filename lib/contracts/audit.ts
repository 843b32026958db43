/** The audit log. */
import { type Static, Type } from "typebox";
import type { AuditRecord } from "../ports/audit-store.ts";
import { contractsOf, NoResult, typed } from "./action.ts";
import { AUDIT_CURSOR } from "./patterns.ts";

const closed = { additionalProperties: false } as const;

const recorded = {
  id: Type.String({ maxLength: 64 }),
  time: Type.String({ format: "date-time", description: "RFC 3339, UTC." }),
  action: Type.String({ description: "What was done, such as `key.create` or `collection.search`." }),
  object: Type.Optional(Type.String({ description: "What it was done to: an id, or the name of a collection." })),
  keyId: Type.Optional(
    Type.String({
      description: "The key that was used; of a session, the key that opened it. `ADMIN_KEY` is the setting.",
    }),
  ),
  keyName: Type.Optional(Type.String({ description: "Its name at that time." })),
  owner: Type.Optional(
    Type.String({
      description:
        "Whom the request stood for. Of a request about a job with an admin key, the owner of the job, or `none`.",
    }),
  ),
  address: Type.Optional(Type.String({ description: "Network address of the client." })),
  status: Type.Optional(Type.Integer({ description: "Status of the answer." })),
};

export const AuditEntry = Type.Object({
  sequence: Type.Integer({ minimum: 1 }),
  ...recorded,
  previous: Type.String({ description: "`hash` of the entry before; empty for the first." }),
  hash: Type.String({
    description:
      "SHA-256 of the JSON array of sequence, previous, id, time, action, object, keyId, keyName, owner, address and status.",
  }),
});
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditPage = Type.Object({
  items: Type.Array(AuditEntry),
  nextCursor: Type.Optional(Type.String({ description: "`cursor` of the next page; absent on the last." })),
});
export type AuditPage = Static<typeof AuditPage>;

export const AuditQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "Entries of a page; default: 100." })),
    cursor: Type.Optional(
      Type.String({ maxLength: 16, pattern: AUDIT_CURSOR, description: "`nextCursor` of the previous page." }),
    ),
  },
  closed,
);
export type AuditQuery = Static<typeof AuditQuery>;

const Record = typed<AuditRecord>()(Type.Object(recorded, closed));

export const auditActions = contractsOf("keys", {
  /** Appends records to the audit log, with the names of their keys. */
  record: { params: Type.Object({ records: Type.Array(Record) }, closed), result: NoResult, isRepeatable: true },
  /** Entries of the audit log, newest first. */
  audit: { params: AuditQuery, result: AuditPage, isRepeatable: true },
});
