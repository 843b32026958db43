/** Records what requests with a key do, for the audit log. */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import type { Logger } from "moleculer";
import { config } from "../../config.ts";
import { type Caller, call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import type { AuditRecord } from "../../ports/audit-store.ts";
import type { OwnerMeta } from "../../sessions/owner.ts";
import { outsideTraces } from "../../telemetry/tracing.ts";
import { nowTimestamp } from "../../time.ts";
import { FailureLog } from "../../transport/failure-log.ts";
import { beginningOf } from "../../visible-text.ts";
import type { Audited } from "../routes/audited.ts";
import { clientAddress } from "./client-address.ts";
import type { GatewayRequest } from "./gateway.ts";
import type { Route } from "./guard.ts";

const FLUSH_MS = 400;
/** How long an answer waits for its record while no node can store it. */
const STORE_TIMEOUT_MS = 5_000;
/** Accesses that wait to be stored. Of more, only the number is recorded. */
const MAX_WAITING = 10_000;
const MAX_BATCH = 500;
const MAX_OBJECT = 300;
const SERVER_FAULT = 500;

/** Accesses, stored several at a time. */
export class AuditBuffer {
  readonly #caller: Caller;
  readonly #logger: Pick<Logger, "error" | "warn">;
  /** It is tried again several times a second, for as long as the outage lasts. */
  readonly #failures = new FailureLog("The audit log cannot be written; trying again");
  #waiting: AuditRecord[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(caller: Caller, logger: Pick<Logger, "error" | "warn">) {
    this.#caller = caller;
    this.#logger = logger;
  }

  add(record: AuditRecord): void {
    if (this.#waiting.length >= MAX_WAITING) this.#lost++;
    else this.#waiting.push(record);
    this.#timer ??= this.#flushLater();
  }

  /**
   * Stores at once, or as soon as a node that stores is there again: a record with the same id is stored once.
   * @throws SERVICE_UNAVAILABLE, STORE_UNAVAILABLE, STORAGE_FULL
   */
  async store(record: AuditRecord): Promise<void> {
    const until = performance.now() + STORE_TIMEOUT_MS;
    const inTime = handleWhen(() => performance.now() < until);
    const store = () => call(this.#caller, actions.keys.record, { records: [record] });
    await retry(inTime, { backoff: new ConstantBackoff(FLUSH_MS) }).execute(store);
  }

  /** Stores what is waiting. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.#flush();
    clearTimeout(this.#timer);
  }

  #flushLater(): NodeJS.Timeout {
    return outsideTraces(() => setTimeout(() => this.#flush(), FLUSH_MS).unref());
  }

  #flush(): Promise<void> {
    this.#timer = undefined;
    this.#flushing ??= this.#storeAll()
      .catch((err) => {
        this.#failures.error(this.#logger, err, { waiting: this.#waiting.length });
        this.#timer ??= this.#flushLater();
      })
      .finally(() => {
        this.#flushing = undefined;
      });
    return this.#flushing;
  }

  async #storeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const records = this.#waiting.slice(0, MAX_BATCH);
      await call(this.#caller, actions.keys.record, { records });
      this.#waiting.splice(0, records.length);
      if (this.#waiting.length === 0 && this.#lost > 0) this.#waiting.push(this.#takeLost());
    }
  }

  #takeLost(): AuditRecord {
    const object = `${this.#lost} accesses`;
    this.#lost = 0;
    return { id: randomUUID(), time: nowTimestamp(), action: "audit.lost", object };
  }
}

/** Wraps a route to record its requests that have a valid key. */
export function recorded(route: Route, audited: Audited | undefined): Route {
  if (!audited || !config.auditLog) return route;
  if (audited.kind === "access")
    return (request, response) => {
      const closed = new Promise<void>((resolve) => response.once("close", resolve));
      const done = route(request, response);
      // A client may leave before its key is known, or what it asks for is done.
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

/** Not when it has ended: a stream of events may last for days. */
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

/** Whether an admin key reads data that does not, or may not, belong to its own owner. */
function isOfOthers({ $identity, $ctx }: GatewayRequest): boolean {
  if (!$identity?.scopes.includes("admin")) return false;
  const { owner, isAdmin, jobOwner } = $ctx.meta as OwnerMeta;
  return (jobOwner ?? (isAdmin ? undefined : owner)) !== $identity.owner;
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
      // What hinders the action hinders the record too, as a full disk does: it is stored once it can be.
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
  // Created things are named by the answer; a face by its collection too.
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
