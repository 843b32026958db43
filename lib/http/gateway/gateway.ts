/**
 * Our additions to moleculer-web: request tracking for draining, problem details for every error, OPTIONS, HEAD, and
 * 405 where a path supports only other methods.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Service, ServiceSchema } from "moleculer";
import moleculerWeb from "moleculer-web";
import { Admission } from "../../admission/admission.ts";
import { SharedBlobs } from "../../backends/blob-access.ts";
import { config } from "../../config.ts";
import { broadcasts } from "../../contracts/broadcasts.ts";
import { failure } from "../../errors.ts";
import { ProcessActivity } from "../../monitor/process-activity.ts";
import type { Identity } from "../../sessions/scopes.ts";
import { admissionWaitSeconds, httpRequests } from "../../telemetry/metrics.ts";
import { inRequestSpan } from "../../telemetry/tracing.ts";
import { asFailure } from "../../transport/failures.ts";
import { ClientGone } from "../upload/arriving-body.ts";
import { announceAccess, recordUnprotected } from "./announce-access.ts";
import { AuditBuffer } from "./audit.ts";
import { withoutBasePath } from "./base-path.ts";
import {
  requireAllowedHost,
  requireOwnPage,
  setCorsHeaders,
  setPreflightHeaders,
  setSecurityHeaders,
} from "./browser-guard.ts";
import { ClientLimits } from "./client-limits.ts";
import { EarlyRefusals } from "./early-refusals.ts";
import { continueOnRead } from "./expect-continue.ts";
import { Identities } from "./identities.ts";
import { listenFault } from "./listen-fault.ts";
import { answerRefused } from "./refused-connections.ts";
import { sendProblem } from "./reply.ts";
import { requestIdOf } from "./request-id.ts";
import { originForm, parseTarget, requireHost, targetHost } from "./request-target.ts";

export type GatewayRequest = IncomingMessage & {
  readonly $ctx: Context;
  /** Path and query as sent; moleculer-web rewrites `url`. */
  readonly originalUrl: string;
  readonly query: Record<string, string>;
  readonly parsedUrl: string;
  /** Path parameters only. */
  $params: Record<string, string>;
  readonly $service: Gateway;
  /** Whom the request's key stands for; absent without a key. */
  $identity?: Identity;
  /** The matched route. */
  readonly $alias?: { readonly path: string };
};

interface Alias {
  readonly method: string;
  match(url: string): unknown;
}

export interface Gateway extends Service {
  readonly server: Server;
  readonly aliases: readonly Alias[];
  /** Responses in flight. */
  unanswered: Set<ServerResponse>;
  /** When a request last started or ended, by `performance.now()`. */
  lastActiveAt: number;
  /** Whether the node is shutting down. */
  isLeaving: boolean;
  /** Aborted on shutdown; ends long polls and event streams. */
  draining: AbortController;
  /** Blob store for the images of jobs. */
  readonly blobs: SharedBlobs;
  readonly admission: Admission;
  readonly earlyRefusals: EarlyRefusals;
  readonly identities: Identities;
  readonly limits: ClientLimits;
  readonly audit: AuditBuffer;
  /** Counts the images that are processed at once. */
  readonly activity: ProcessActivity;
  httpHandler(request: IncomingMessage, response: ServerResponse): Promise<void>;
  methodsOf(path: string): string[];
}

type RestContext = Context<{ readonly req: GatewayRequest; readonly res: ServerResponse }>;

interface MoleculerWeb {
  readonly actions: { readonly rest: { handler(this: Gateway, ctx: RestContext): unknown } };
  readonly methods: {
    httpHandler(this: Gateway, request: GatewayRequest, response: ServerResponse): Promise<void>;
    resolveAlias(this: Gateway, url: string, method: string): { alias: Alias; params: object } | false;
    aliasHandler(this: Gateway, request: GatewayRequest, response: ServerResponse, alias: Alias): unknown;
  };
}

const mixin = moleculerWeb as unknown as ServiceSchema & MoleculerWeb;
/** All methods of the service, for `OPTIONS *`. */
const METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"];
const DRAIN_POLL_MS = 10;
const LINGER_MS = 5_000;
/** Quiet time before connections are closed. Until then busy clients get `Connection: close` with their responses. */
const LAST_REQUEST_MS = 500;

export const gateway: ServiceSchema = {
  name: "gateway",
  mixins: [mixin],

  settings: {
    bodyParsers: false,
    logRequest: null,
    logResponse: null,
    logRouteRegistration: null,
    rootCallOptions(options: { requestID?: string }, request: GatewayRequest) {
      options.requestID = requestIdOf(request);
    },
  } as ServiceSchema["settings"] & object,

  actions: {
    /** Runs before moleculer-web's routing, which would execute the route of an OPTIONS request. */
    rest: {
      handler(this: unknown, ctx: RestContext) {
        const service = this as Gateway;
        const { req: request, res: response } = ctx.params;
        Object.assign(request, { $ctx: ctx, originalUrl: request.url });
        if (ctx.requestID) response.setHeader("X-Request-ID", ctx.requestID);
        requireHost(request);
        requireAllowedHost(request);
        if (request.method === "OPTIONS") {
          const methods = request.url === "*" ? METHODS : service.methodsOf(parseTarget(request.url ?? "").path);
          sendOptions(request, response, methods.join(", "));
          return true;
        }
        setCorsHeaders(request, response);
        requireOwnPage(request);
        return mixin.actions.rest.handler.call(service, ctx);
      },
    },
    // Routes are fixed in the service and cannot be changed at run time.
    listAliases: false,
    addRoute: false,
    removeRoute: false,
  },

  events: {
    [broadcasts.keyRevoked.name](this: unknown) {
      (this as Gateway).identities.forget();
    },
  },

  methods: {
    createServer(this: Gateway) {
      // `rest` checks the Host header, so that a missing one is answered with problem details.
      const handle = (request: IncomingMessage, response: ServerResponse) => {
        this.httpHandler(request, response);
      };
      const server = createServer({ requireHostHeader: false }, handle);
      continueOnRead(server, handle);
      if (config.processes > 1) sharePort(server);
      // Before moleculer-web's own listener, which logs most of these errors and waits forever.
      server.on("error", (error) => {
        if (!server.listening) this.broker.fatal(listenFault(error, config), error, true);
      });
      // Long uploads are legal; stalled ones time out (UPLOAD_IDLE_TIMEOUT_MS).
      server.requestTimeout = 0;
      const hasAnswer = (connection: object) =>
        [...this.unanswered].some((response) => response.socket === connection && response.headersSent);
      answerRefused(server, hasAnswer, ({ type: code, message }) => {
        this.logger.info({ code, reason: message }, "A request was refused before it could be read");
      });
      Object.assign(this, { server, isHTTPS: false });
    },

    async httpHandler(this: Gateway, request: GatewayRequest, response: ServerResponse) {
      const { url = "" } = request;
      const host = targetHost(url);
      if (host !== undefined) request.headers.host = host;
      request.url = withoutBasePath(originForm(url));
      setSecurityHeaders(response);
      if (this.isLeaving) response.setHeader("Connection", "close");
      this.unanswered.add(response);
      const startedAt = performance.now();
      this.lastActiveAt = startedAt;
      response.once("finish", () => endUpload(request));
      response.once("close", () => {
        this.unanswered.delete(response);
        this.lastActiveAt = performance.now();
        const { method } = request;
        const path = loggedPath(request);
        const durationMs = Math.round((this.lastActiveAt - startedAt) * 1000) / 1000;
        httpRequests.observe(
          { method: method ?? "", route: routeOf(request), status: response.statusCode },
          durationMs / 1000,
        );
        const requestId = response.getHeader("X-Request-ID");
        this.logger.debug({ requestId, method, path, status: response.statusCode, durationMs }, "Request");
      });
      if (this.earlyRefusals.refuse(request, response)) return;
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

    /** Replaces moleculer-web's parser. Repeated names and malformed queries are rejected. */
    parseQueryString({ url = "" }: GatewayRequest) {
      const { path, query } = parseTarget(url);
      return { url: path, query };
    },

    /** HEAD runs the GET route; Node omits the body. */
    resolveAlias(this: Gateway, url: string, method: string) {
      return mixin.methods.resolveAlias.call(this, url, method === "HEAD" ? "GET" : method);
    },

    /** moleculer-web mixes query and body parameters into `$params`; only the path's are kept. */
    aliasHandler(this: Gateway, request: GatewayRequest, response: ServerResponse, alias: Alias) {
      const { params = {} } = request.$params as { params?: Record<string, string> };
      request.$params = params;
      return mixin.methods.aliasHandler.call(this, request, response, alias);
    },

    /** The methods a path supports. @throws NOT_FOUND */
    methodsOf(this: Gateway, path: string): string[] {
      const url = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
      const methods = new Set(this.aliases.filter((alias) => alias.match(url)).map(({ method }) => method));
      if (methods.size === 0) throw failure("NOT_FOUND", `There is nothing at ${path}.`);
      return METHODS.filter((method) => method === "OPTIONS" || methods.has(method === "HEAD" ? "GET" : method));
    },

    /** @throws NOT_FOUND, METHOD_NOT_ALLOWED */
    send404(this: Gateway, { method, parsedUrl }: GatewayRequest, response: ServerResponse) {
      const allowed = this.methodsOf(parsedUrl).join(", ");
      response.setHeader("Allow", allowed);
      throw failure("METHOD_NOT_ALLOWED", `${parsedUrl} does not support ${method}. It supports ${allowed}.`);
    },

    /**
     * Reports not ready for DRAIN_DELAY_MS while still serving. Then stops accepting connections, waits up to
     * SHUTDOWN_TIMEOUT_MS for the requests in flight, and closes all connections. Requests on open connections are
     * still served, with `Connection: close`. Connections are closed after a quiet moment, so that few are in use then.
     */
    async drain(this: Gateway) {
      this.isLeaving = true;
      for (const response of this.unanswered) if (!response.headersSent) response.setHeader("Connection", "close");
      await sleep(config.drainDelayMs);
      this.draining.abort();
      // Not the HTTP server's `close`: it cuts idle connections, on which a request may already be on its way.
      let isClosed = false;
      NetServer.prototype.close.call(this.server, () => {
        isClosed = true;
      });
      this.lastActiveAt = performance.now();
      const deadline = this.lastActiveAt + config.shutdownTimeoutMs;
      const isBusy = () => this.unanswered.size > 0 || performance.now() - this.lastActiveAt < LAST_REQUEST_MS;
      // Requests that came by gRPC have no connection of the server's own.
      const isDone = () => isClosed && this.unanswered.size === 0;
      while (!isDone() && isBusy() && performance.now() < deadline) await sleep(DRAIN_POLL_MS);
      this.server.closeAllConnections();
    },
  },

  created(this: unknown) {
    const { broker, logger } = this as Gateway;
    const admission = new Admission(config.maxWaitMs);
    Object.assign(this as Gateway, {
      blobs: new SharedBlobs(broker, logger),
      unanswered: new Set(),
      lastActiveAt: 0,
      isLeaving: false,
      draining: new AbortController(),
      admission,
      earlyRefusals: new EarlyRefusals(admission),
      identities: new Identities(broker),
      limits: new ClientLimits(broker, logger),
      audit: new AuditBuffer(broker, logger),
      activity: new ProcessActivity(broker),
    });
  },

  async started(this: unknown) {
    const { admission, broker, identities, logger } = this as Gateway;
    identities.start();
    announceAccess(broker, logger);
    recordUnprotected(broker, logger);
    admissionWaitSeconds.follow(() => admission.waitMs / 1000);
  },

  async stopped(this: unknown) {
    const { activity, audit, blobs, identities } = this as Gateway;
    identities.stop();
    await activity.close();
    await audit.close();
    await blobs.close();
  },
};

/** moleculer-web passes port and host only. The kernel spreads connections over all that listen so (Linux). */
function sharePort(server: Server): void {
  const listen = (port: number, host: string, listening: () => void) =>
    NetServer.prototype.listen.call(server, { port, host, reusePort: true }, listening);
  Object.assign(server, { listen });
}

/**
 * Gives a client that was answered before its upload was complete time to read the response: closing the connection
 * at once could reset it before the response arrives. The rest of the upload is read and dropped, because many clients
 * read the response only after they have sent everything.
 */
function endUpload(request: GatewayRequest): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => request.complete || request.destroy(), LINGER_MS).unref();
}

/** Known routes only: arbitrary client paths must not become metric series. */
function routeOf({ $alias }: GatewayRequest): string {
  return $alias ? `/${$alias.path}` : "none";
}

/** Without the query: its parameters may be secrets, such as the token in a `callbackUrl`. */
function loggedPath({ originalUrl, url }: GatewayRequest): string | undefined {
  return (originalUrl ?? url)?.split(/[?#]/, 1)[0];
}

function sendOptions(request: IncomingMessage, response: ServerResponse, methods: string): void {
  setPreflightHeaders(request, response, methods);
  response.writeHead(204, { Allow: methods }).end();
}
