/**
 * What our gateway adds to moleculer-web: counted requests so that it can drain, problem details for every error,
 * and 405 where a path exists for other methods.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Service, ServiceSchema } from "moleculer";
import moleculerWeb from "moleculer-web";
import { config } from "../config.ts";
import { asFailure, type Failure, failure } from "../errors.ts";
import { httpRequests } from "../telemetry/metrics.ts";
import { inRequestSpan } from "../telemetry/tracing.ts";
import { ClientGone } from "./arriving-body.ts";
import { sendProblem } from "./reply.ts";
import { requestIdOf } from "./request-id.ts";

export type GatewayRequest = IncomingMessage & {
  readonly $ctx: Context;
  readonly query: Record<string, string>;
  readonly parsedUrl: string;
  /** Parameters of the path. */
  readonly $params: Record<string, string>;
  readonly $service: Gateway;
  /** The route that took the request. */
  readonly $alias?: { readonly path: string };
};

interface Alias {
  readonly method: string;
  match(url: string): unknown;
}

export interface Gateway extends Service {
  readonly server: Server;
  readonly aliases: readonly Alias[];
  /** Answers that are not finished. */
  unanswered: Set<ServerResponse>;
  /** When a request last came or ended, on the clock of `performance.now()`. */
  lastActiveAt: number;
  /** Whether the node is being stopped. */
  isLeaving: boolean;
  /** Aborted when the node is being stopped: what waits for something to happen stops waiting. */
  draining: AbortController;
}

type HttpHandler = (this: Gateway, request: GatewayRequest, response: ServerResponse) => Promise<void>;

const mixin = moleculerWeb as unknown as ServiceSchema & { methods: { httpHandler: HttpHandler } };
const DRAIN_POLL_MS = 10;
const LINGER_MS = 5_000;
/** While there are requests closer together, clients are busy with the node and learn that it is leaving. */
const LAST_REQUEST_MS = 500;

export const gateway: ServiceSchema = {
  name: "gateway",
  mixins: [mixin],

  settings: {
    bodyParsers: false,
    logRequest: null,
    logResponse: null,
    logRouteRegistration: null,
    // Long uploads are legal; a pause in one is what ends it (UPLOAD_IDLE_TIMEOUT_MS).
    requestTimeout: 0,
    rootCallOptions(options: { requestID?: string }, request: GatewayRequest) {
      options.requestID = requestIdOf(request);
    },
  } as ServiceSchema["settings"] & object,

  actions: {
    // Routes are written down in the service; nobody may change them at run time.
    listAliases: false,
    addRoute: false,
    removeRoute: false,
  },

  methods: {
    async httpHandler(this: Gateway, request: GatewayRequest, response: ServerResponse) {
      if (this.isLeaving) response.setHeader("Connection", "close");
      this.unanswered.add(response);
      const startedAt = performance.now();
      this.lastActiveAt = startedAt;
      response.once("finish", () => endUpload(request));
      response.once("close", () => {
        this.unanswered.delete(response);
        this.lastActiveAt = performance.now();
        const { method, originalUrl: url } = request as GatewayRequest & { originalUrl: string };
        const durationMs = Math.round((this.lastActiveAt - startedAt) * 1000) / 1000;
        httpRequests.observe(
          { method: method ?? "", route: routeOf(request), status: response.statusCode },
          durationMs / 1000,
        );
        const { requestID: requestId } = request.$ctx ?? {};
        this.logger.info({ requestId, method, url, status: response.statusCode, durationMs }, "Request");
      });
      const describe = () => ({ route: routeOf(request), requestId: request.$ctx?.requestID ?? undefined });
      await inRequestSpan(request, response, describe, () => mixin.methods.httpHandler.call(this, request, response));
    },

    errorHandler(this: Gateway, request: GatewayRequest, response: ServerResponse, error: unknown) {
      if (error instanceof ClientGone) return;
      const known = asFailure(error);
      const requestId = request.$ctx?.requestID ?? undefined;
      if (known.type === "INTERNAL_ERROR") this.logger.error({ err: error, requestId }, "Request failed");
      if (response.headersSent) response.destroy();
      else sendProblem(response, known, requestId);
    },

    send404(this: Gateway, request: GatewayRequest, response: ServerResponse) {
      const others = this.aliases.filter((alias) => alias.match(request.parsedUrl)).map(({ method }) => method);
      if (others.length > 0) response.setHeader("Allow", others.join(", "));
      sendProblem(response, notFound(request, others), request.$ctx?.requestID ?? undefined);
    },

    /**
     * Is not ready for a while, but serves; then takes no new connection, waits for the requests in flight as long as
     * it may, and closes all connections. A request on an open connection is served, and told that it is the last;
     * connections are closed when none has come for a moment, so that hardly any is used as it is closed.
     */
    async drain(this: Gateway) {
      this.isLeaving = true;
      for (const response of this.unanswered) if (!response.headersSent) response.setHeader("Connection", "close");
      await sleep(config.drainDelayMs);
      this.draining.abort();
      // Not HTTP's own `close`: it cuts idle connections, on which a request may be under way.
      let isClosed = false;
      NetServer.prototype.close.call(this.server, () => {
        isClosed = true;
      });
      this.lastActiveAt = performance.now();
      const deadline = this.lastActiveAt + config.shutdownTimeoutMs;
      const isBusy = () => this.unanswered.size > 0 || performance.now() - this.lastActiveAt < LAST_REQUEST_MS;
      while (!isClosed && isBusy() && performance.now() < deadline) await sleep(DRAIN_POLL_MS);
      this.server.closeAllConnections();
    },
  },

  created(this: unknown) {
    Object.assign(this as Gateway, {
      unanswered: new Set(),
      lastActiveAt: 0,
      isLeaving: false,
      draining: new AbortController(),
    });
  },
};

/**
 * A client that is answered before its upload is complete gets time to read the answer; cutting the connection at once
 * could destroy the answer on its way. What it still sends is read and dropped: many clients look at the answer only
 * when they are through.
 */
function endUpload(request: GatewayRequest): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => request.complete || request.destroy(), LINGER_MS).unref();
}

/** Only routes of ours: what clients make up must not become series. */
function routeOf({ $alias }: GatewayRequest): string {
  return $alias ? `/${$alias.path}` : "none";
}

function notFound({ method, parsedUrl }: GatewayRequest, others: readonly string[]): Failure {
  if (others.length === 0) return failure("NOT_FOUND", `There is nothing at ${parsedUrl}.`);
  return failure("METHOD_NOT_ALLOWED", `${parsedUrl} does not support ${method}, but ${others.join(", ")}.`);
}
