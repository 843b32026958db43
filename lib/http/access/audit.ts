/** Records what requests with a key do, for the audit log. */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import type { AuditRecord } from "../../ports/audit-store.ts";
import { NOBODY_NAME, namedOwner, type OwnerMeta, readableScopeOf } from "../../sessions/owner.ts";
import { nowTimestamp } from "../../time/timestamp.ts";
import { beginningOf } from "../../visible-text.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import type { Route } from "../gateway/route.ts";
import { clientAddress } from "./client-address.ts";
import { ACT_FOR } from "./guard.ts";

const MAX_OBJECT = 300;
const SERVER_FAULT = 500;

/** What the audit log records about a route. */
export interface Audited {
  readonly action: string;
  /**
   * - `action`: stored before the answer is sent.
   * - `admin action`: like `action`, but only with an admin key.
   * - `action for another`: like `admin action`, but only for another owner, whom `Sightline-Owner` names.
   * - `access` to face vectors: stored within a second after the answer.
   * - `admin access` to results and images of others, with an admin key: stored within a second after the answer has
   *   begun.
   */
  readonly kind: "action" | "admin action" | "action for another" | "access" | "admin access";
}

/** Wraps a route to record its requests that have a valid key. */
export function recorded(route: Route, audited: Audited | undefined): Route {
  if (!audited || !config.auditLog) return route;
  if (audited.kind === "access")
    return (request, response) => {
      const closed = new Promise<void>((resolve) => response.once("close", resolve));
      const done = route(request, response);
      // A client may leave before its key is known, or before its request is carried out.
      Promise.allSettled([done, closed]).then(() => {
        if (isRecorded(request, audited)) request.$service.audit.add(recordOf(request, response, audited));
      });
      return done;
    };
  if (audited.kind === "admin access")
    return (request, response) => {
      recordWhenBegun(request, response, audited);
      return route(request, response);
    };
  return (request, response) => {
    holdUntilStored(request, response, audited);
    return route(request, response);
  };
}

/** Records the request when its answer begins, because a stream of events may last for days. */
function recordWhenBegun(request: GatewayRequest, response: ServerResponse, audited: Audited): void {
  const { writeHead } = response;
  Object.assign(response, {
    writeHead(...args: Parameters<typeof writeHead>) {
      writeHead.apply(response, args);
      if (isRecorded(request, audited)) request.$service.audit.add(recordOf(request, response, audited));
      return response;
    },
  });
}

/** Whether the request is recorded. Requests without a valid key never are. */
function isRecorded({ $identity, $ctx }: GatewayRequest, { kind }: Audited): boolean {
  if (!$identity) return false;
  if (kind === "action" || kind === "access") return true;
  if (!$identity.scopes.includes("admin")) return false;
  if (kind === "admin action") return true;
  const { jobOwner, isAdmin } = $ctx.meta as OwnerMeta;
  // An admin key that acts for no single owner creates things of its own.
  if (kind === "action for another" && isAdmin) return false;
  const whose = jobOwner === undefined ? readableScopeOf($ctx) : namedOwner(jobOwner);
  return whose !== $identity.owner;
}

/**
 * Nothing of the answer is sent before its record is stored. If it cannot be stored, the connection ends without an
 * answer. A failure of the service is answered at once, and recorded as soon as it can be.
 */
function holdUntilStored(request: GatewayRequest, response: ServerResponse, audited: Audited): void {
  const { writeHead, write, end } = response;
  let stored: Promise<void> | undefined;
  const whenStored = (send: () => void) => {
    if (!stored) return send();
    stored.then(send, (err) => {
      request.$service.logger.error(
        { err, action: audited.action },
        "The audit log cannot be written; no answer is sent",
      );
      response.destroy();
    });
  };
  Object.assign(response, {
    writeHead(...args: Parameters<typeof writeHead>) {
      writeHead.apply(response, args);
      if (!isRecorded(request, audited)) return response;
      const { audit } = request.$service;
      const record = recordOf(request, response, audited);
      // The fault that made the action fail, such as a full disk, prevents the record too, so it is stored later.
      if (response.statusCode >= SERVER_FAULT) audit.add(record);
      else stored ??= audit.store(record);
      return response;
    },
    write(...args: Parameters<typeof write>) {
      whenStored(() => write.apply(response, args));
      return true;
    },
    end(...args: Parameters<typeof end>) {
      whenStored(() => end.apply(response, args));
      return response;
    },
  });
}

function recordOf(request: GatewayRequest, response: ServerResponse, { action }: Audited): AuditRecord {
  const { $identity, $params = {} } = request;
  // The answer names created things; a face is named with its collection.
  const named = Object.values($params)
    .filter((value) => typeof value === "string")
    .join("/");
  const object = named || idIn(String(response.getHeader("Location") ?? ""));
  const owner = ownerIn(request);
  return {
    id: randomUUID(),
    time: nowTimestamp(),
    action,
    ...(object && { object: beginningOf(object, MAX_OBJECT) }),
    ...($identity?.keyId !== undefined && { keyId: $identity.keyId }),
    ...(owner !== undefined && { owner }),
    address: clientAddress(request, config.proxyHops).slice(0, MAX_OBJECT),
    ...(response.headersSent && { status: response.statusCode }),
  };
}

/** The id, or the name, of what was created, from its path below BASE_PATH. */
function idIn(path: string): string {
  return path.replace(/^.*\/(v1\/\w+|face_encoding)\//, "").replace(/\/$/, "");
}

/** The owner that the request is about; `none` for what belongs to nobody. */
function ownerIn({ $identity, $ctx, headers }: GatewayRequest): string | undefined {
  const { jobOwner, owner } = $ctx.meta as OwnerMeta;
  const isForNobody = headers[ACT_FOR] === NOBODY_NAME && $identity?.scopes.includes("admin");
  return jobOwner ?? (isForNobody ? NOBODY_NAME : (owner ?? $identity?.owner));
}
