/** `/v1/audit`. */
import type * as oas31 from "openapi3-ts/oas31";
import { AuditPage, AuditQuery } from "../contracts/audit.ts";
import { exampleAuditEntry } from "../contracts/session-examples.ts";
import { jsonResponse, problemResponses, queryParameters } from "./parts.ts";

export const auditPaths: oas31.PathsObject = {
  "/v1/audit": {
    get: {
      operationId: "readAudit",
      tags: ["Keys"],
      summary: "Read the audit log",
      description:
        "Actions of administrators, erasures, and accesses to face vectors, newest first. Each entry has the hash of the " +
        "one before; `sightline audit --verify` checks them. `docs/audit.md` says what is recorded.",
      parameters: queryParameters(AuditQuery),
      responses: {
        200: jsonResponse("A page of entries.", AuditPage, { items: [exampleAuditEntry] }),
        ...problemResponses(["INVALID_OPTION"]),
      },
    },
  },
};
