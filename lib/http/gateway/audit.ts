/** Records what requests with a key do, for the audit log. */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import type { AuditRecord } from "../../ports/audit-store.ts";
import { namedOwner, type OwnerMeta, readableScopeOf } from "../../sessions/owner.ts";
import { nowTimestamp } from "../../time.ts";
import { beginningOf } from "../../visible-text.ts";
import type { Audited } from "../routes/audited.ts";
import { clientAddress } from "./client-address.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Route } from "./route.ts";

const MAX_OBJECT = 300;
const SERVER_FAULT = 500;

/** Wraps a route to record its requests that have a valid key. */
export function recorded(route: Route, audited: Audited | undefined): Route {
  if (!audited || !config.auditLog) return route;
  if (audited.kind === "access")
    return (request, response) => {
      const closed = new Promise<void>((resolve) => response.once("close", resolve));
      const done = route(request, response);
      // A client may leave before its key is known, or before its request is carried out.
      Promise.allSettled([done, closed]).then(() => {
        if (request.$identity) request.$service.audit.add(recordOf(request, response, audited));
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
      if (isOfOthers(request)) request.$service.audit.add(recordOf(request, response, audited));
      return response;
    },
  });
}

/** Whether an admin key reads data that does not belong, or may not belong, to its own owner. */
function isOfOthers({ $identity, $ctx }: GatewayRequest): boolean {
  if (!$identity?.scopes.includes("admin")) return false;
  const { jobOwner } = $ctx.meta as OwnerMeta;
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
  const isRecorded = () => {
    const { $identity } = request;
    return $identity !== undefined && (audited.kind === "action" || $identity.scopes.includes("admin"));
  };
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
      if (!isRecorded()) return response;
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
  const { $identity, $params = {}, $ctx } = request;
  // The answer names created things; a face is named with its collection.
  const named = Object.values($params)
    .filter((value) => typeof value === "string")
    .join("/");
  const object = named || String(response.getHeader("Location") ?? "").replace(/^.*\/v1\/\w+\//, "");
  const meta = $ctx.meta as OwnerMeta;
  const owner = meta.jobOwner ?? meta.owner ?? $identity?.owner;
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
