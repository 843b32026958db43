/**
 * Our additions to moleculer-web: a shutdown that cuts no request, problem details for every error, OPTIONS, HEAD, and
 * 405 where a path supports only other methods.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, ServiceSchema } from "moleculer";
import moleculerWeb from "moleculer-web";
import { Admission } from "../../admission/admission.ts";
import { SharedBlobs } from "../../backends/blob-access.ts";
import { config } from "../../config.ts";
import { broadcasts } from "../../contracts/broadcasts.ts";
import { failure } from "../../errors.ts";
import { ClientConnections } from "../../limits/client-connections.ts";
import { ProcessActivity } from "../../monitor/process-activity.ts";
import { admissionWaitSeconds } from "../../telemetry/metrics.ts";
import { inRequestSpan } from "../../telemetry/tracing.ts";
import { FailureLog } from "../../transport/failure-log.ts";
import { asFailure } from "../../transport/failures.ts";
import { abridged } from "../../visible-text.ts";
import { announceAccess, recordUnprotected } from "../access/announce-access.ts";
import { AuditBuffer } from "../access/audit-buffer.ts";
import {
  requireAllowedHost,
  requireOwnPage,
  setCorsHeaders,
  setPreflightHeaders,
  setSecurityHeaders,
} from "../access/browser-guard.ts";
import { ClientLimits } from "../access/client-limits.ts";
import { Identities } from "../access/identities.ts";
import { requireExpectation } from "../connections/expect-continue.ts";
import { listenFault } from "../connections/listen-fault.ts";
import { RefusalLog } from "../connections/refusal-log.ts";
import { answerRefused, refuseBehindOthers, tooManyWaiting } from "../connections/refused-connections.ts";
import { type RequestHandler, RequestOrder } from "../connections/request-order.ts";
import { RequestsInFlight } from "../connections/requests-in-flight.ts";
import { createGatewayServer } from "../connections/server.ts";
import { closeIfUnread } from "../connections/unread-answer.ts";
import { dropRest } from "../connections/unread-upload.ts";
import { ClientGone } from "../upload/arriving-body.ts";
import { requireKnownTransfer } from "../upload/body.ts";
import { uploadMemory } from "../upload/upload-memory.ts";
import { withoutBasePath } from "./base-path.ts";
import { EarlyRefusals } from "./early-refusals.ts";
import type { Alias, Gateway, GatewayRequest } from "./gateway-request.ts";
import { sendProblem } from "./reply.ts";
import { requestIdOf } from "./request-id.ts";
import { recordRequest, routeOf } from "./request-log.ts";
import {
  originForm,
  parseTarget,
  requireHost,
  requireSingleHeaders,
  requireVersion,
  targetHost,
} from "./request-target.ts";

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
const failedRequests = new FailureLog("Request failed");
/** All methods of the service, for `OPTIONS *`. */
const METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"];
/** Listeners for the end of a response: parts of the gateway, Node's own, and a stream. Node warns of more than ten. */
const LISTENERS = 20;

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
        requireVersion(request);
        requireSingleHeaders(request);
        requireHost(request);
        requireAllowedHost(request);
        requireExpectation(request);
        requireKnownTransfer(request);
        if (request.method === "OPTIONS") {
          const methods = request.url === "*" ? METHODS : service.methodsOf(parseTarget(request.url ?? "").path);
          sendOptions(request, response, methods.join(", "));
          return true;
        }
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
      const connections = new ClientConnections(config.maxConnections, "MAX_CONNECTIONS", this.logger);
      const refusals = new RefusalLog(this.logger);
      const order = new RequestOrder({ refuse: refuseBehindOthers, onDropped: () => refusals.add(tooManyWaiting()) });
      const handleInOrder = order.inOrder((request, response) => {
        this.httpHandler(request, response);
      });
      const handle: RequestHandler = (request, response) => {
        connections.count(response);
        handleInOrder(request, response);
      };
      const server = createGatewayServer(handle, config.processes > 1);
      connections.follow(server);
      // Must precede moleculer-web's own listener, which logs most of these errors and waits forever.
      server.on("error", (error) => {
        if (!server.listening) this.broker.fatal(listenFault(error, config, "PORT"), error, true);
      });
      const unfinished = (connection: Duplex) => [...this.inFlight.on(connection), ...order.waitingOn(connection)];
      answerRefused(server, unfinished, (problem) => refusals.add(problem));
      Object.assign(this, { server, connections, isHTTPS: false });
    },

    async httpHandler(this: Gateway, request: GatewayRequest, response: ServerResponse) {
      const { url = "" } = request;
      const host = targetHost(url);
      if (host !== undefined) request.headers.host = host;
      request.url = withoutBasePath(originForm(url));
      response.setMaxListeners(LISTENERS);
      setSecurityHeaders(response);
      setCorsHeaders(request, response);
      closeIfUnread(response);
      this.inFlight.add(response);
      recordRequest(request, response, this.logger);
      response.once("finish", () => dropRest(request));
      if (this.earlyRefusals.refuse(request, response)) return;
      const describe = () => ({ route: routeOf(request), requestId: request.$ctx?.requestID ?? undefined });
      await inRequestSpan(request, response, describe, () => mixin.methods.httpHandler.call(this, request, response));
    },

    errorHandler(this: Gateway, request: GatewayRequest, response: ServerResponse, error: unknown) {
      if (error instanceof ClientGone) {
        response.destroy();
        return;
      }
      const known = asFailure(error);
      const requestId = request.$ctx?.requestID ?? undefined;
      if (known.type === "INTERNAL_ERROR" || known.cause) failedRequests.error(this.logger, error, { requestId });
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
      if (methods.size === 0) throw failure("NOT_FOUND", `There is nothing at ${abridged(path)}.`);
      return METHODS.filter((method) => method === "OPTIONS" || methods.has(method === "HEAD" ? "GET" : method));
    },

    /** @throws NOT_FOUND, METHOD_NOT_ALLOWED */
    send404(this: Gateway, { method, parsedUrl }: GatewayRequest, response: ServerResponse) {
      const allowed = this.methodsOf(parsedUrl).join(", ");
      response.setHeader("Allow", allowed);
      throw failure("METHOD_NOT_ALLOWED", `${abridged(parsedUrl)} does not support ${method}. It supports ${allowed}.`);
    },

    /**
     * Reports not ready for DRAIN_DELAY_MS while still serving, and then waits up to SHUTDOWN_TIMEOUT_MS for the
     * requests in flight.
     * @returns the number of requests that were cut off.
     */
    async drain(this: Gateway): Promise<number> {
      this.isLeaving = true;
      this.inFlight.closeAfterAnswers();
      await sleep(config.drainDelayMs);
      this.draining.abort();
      return this.inFlight.end(this.server, config.shutdownTimeoutMs);
    },
  },

  created(this: unknown) {
    const { broker, logger } = this as Gateway;
    const admission = new Admission(config.maxWaitMs);
    Object.assign(this as Gateway, {
      blobs: new SharedBlobs(broker, logger),
      inFlight: new RequestsInFlight(),
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
    uploadMemory.refusals.logTo(logger);
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

function sendOptions(request: IncomingMessage, response: ServerResponse, methods: string): void {
  setPreflightHeaders(request, response, methods);
  response.writeHead(204, { Allow: methods }).end();
}
