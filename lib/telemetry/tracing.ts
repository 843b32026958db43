/**
 * Traces (OpenTelemetry) from the HTTP request, across nodes, to the worker thread. The context is propagated between
 * nodes as `traceparent` (W3C Trace Context) in a call's `meta`, and stored with a job for its attempts.
 *
 * Without the middleware `traceCalls`, the API returns no-op spans.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { CallingOptions, Logger, Middleware, Service, ServiceBroker } from "moleculer";
import type { Timings } from "../contracts/receipt.ts";
import { asFailure } from "../transport/failures.ts";
import { FloodLog } from "./flood-log.ts";

const tracer = trace.getTracer("sightline");

/** A carrier of trace context. */
export interface TraceCarrier {
  readonly traceparent?: string;
}

/** The active trace context to propagate; empty if there is none. */
export function carriedTrace(): TraceCarrier {
  return carriedBy(context.active());
}

function carriedBy(of: Context): TraceCarrier {
  const carrier: { traceparent?: string } = {};
  propagation.inject(of, carrier);
  return carrier;
}

/** Ids for log lines. */
export function traceIds(): { traceId?: string; spanId?: string } {
  const active = trace.getActiveSpan()?.spanContext();
  if (!active || !isSpanContextValid(active)) return {};
  return { traceId: active.traceId, spanId: active.spanId };
}

/** Runs the work in a new span, a child of the carried context or otherwise of the active one. */
export async function inSpan<T>(
  name: string,
  kind: SpanKind,
  { attributes, carrier }: { readonly attributes?: Attributes; readonly carrier?: object },
  work: () => Promise<T>,
): Promise<T> {
  const parent = carrier ? propagation.extract(context.active(), carrier) : context.active();
  const span = tracer.startSpan(name, { kind, ...(attributes && { attributes }) }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), work);
  } catch (error) {
    const { type, message } = asFailure(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.setAttribute("error.type", type);
    throw error;
  } finally {
    span.end();
  }
}

/** Binds the work to the active context, for code that runs it later. */
export function inThisTrace<T extends () => unknown>(work: T): T {
  return context.bind(context.active(), work);
}

/** Runs the work outside of every trace, for work such as a timer that begins in one request and serves many. */
export function outsideTraces<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** Runs the work in the span of a request, which lasts from its arrival to the end of the response. */
export async function inRequestSpan(
  request: IncomingMessage,
  response: ServerResponse,
  describe: () => { readonly route: string; readonly requestId: string | undefined },
  work: () => Promise<void>,
): Promise<void> {
  const parent = propagation.extract(context.active(), request.headers);
  const method = request.method ?? "";
  const attributes = { "http.request.method": method, "url.path": request.url?.split("?")[0] ?? "" };
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  const carrier = carriedBy(trace.setSpan(parent, span));
  if (carrier.traceparent) response.setHeader("traceparent", carrier.traceparent);
  response.once("close", () => {
    const { route, requestId } = describe();
    span.updateName(`${method} ${route}`);
    span.setAttributes({ "http.route": route, "http.response.status_code": response.statusCode });
    if (requestId !== undefined) span.setAttribute("sightline.request_id", requestId);
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  await context.with(trace.setSpan(parent, span), work);
}

/** Adds the spans of a worker thread's work on an image, from the times it measured. */
export function addWorkerSpans({ queueMs, decodeMs, inferenceMs }: Timings): void {
  let startTime = Date.now() - (queueMs + decodeMs + inferenceMs);
  for (const [name, durationMs] of [
    ["queue", queueMs],
    ["worker decode", decodeMs],
    ["worker inference", inferenceMs],
  ] as const) {
    tracer.startSpan(name, { startTime }).end(startTime + durationMs);
    startTime += durationMs;
  }
}

export interface TracingSettings {
  /** Base URL of an OTLP collector over HTTP. */
  readonly endpoint: string;
  /** Percentage of the traces begun here that are sampled. Other traces follow their parent's decision. */
  readonly samplePercent: number;
  readonly version: string;
}

/**
 * Logs why the collector does not get the traces. The SDK itself says nothing. The body of the collector's answer is
 * left out, because it may quote the request.
 * @returns a function that takes the errors of the SDK
 */
function logLostTraces(logger: Pick<Logger, "warn">): (error: unknown) => void {
  let last: { readonly code?: unknown; readonly message?: string } = {};
  const log = new FloodLog((count) => {
    const { code, message: reason } = last;
    logger.warn({ code, reason, count }, "Traces are lost: they cannot be sent to OTEL_EXPORTER_OTLP_ENDPOINT");
  });
  return (error) => {
    last = error instanceof Error ? error : { message: String(error) };
    log.add();
  };
}

/** Starts recording and exporting. @returns a function that flushes and stops. */
async function startTracing(
  { endpoint, samplePercent, version }: TracingSettings,
  broker: Pick<ServiceBroker, "nodeID" | "getLogger">,
) {
  // Lazily loaded, since the SDK is large.
  const [sdk, { OTLPTraceExporter }, { AsyncLocalStorageContextManager }, { resourceFromAttributes }, core] =
    await Promise.all([
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/context-async-hooks"),
      import("@opentelemetry/resources"),
      import("@opentelemetry/core"),
    ]);
  core.setGlobalErrorHandler(logLostTraces(broker.getLogger("sightline")));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      "service.name": "sightline",
      "service.version": version,
      "service.instance.id": broker.nodeID,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(samplePercent / 100) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}

/** Creates a span for each action call, on the node that handles it, and propagates the context with calls. */
export function traceCalls(settings: TracingSettings): Middleware {
  let stop: (() => Promise<void>) | undefined;
  return {
    name: "TraceCalls",
    async starting(broker) {
      stop = await startTracing(settings, broker);
    },
    async stopped() {
      await stop?.();
    },
    call(next) {
      const carrying: ServiceBroker["call"] = (action: string, params?: unknown, options?: CallingOptions) =>
        next(action, params, { ...options, meta: { ...options?.meta, ...carriedTrace() } });
      // Moleculer declares the type of the promise of a call instead of the function's type.
      return carrying as never;
    },
    localAction(handler, { name = "" }) {
      // The gateway's own action is the request, which already has a span.
      if (name === "api.rest") return handler;
      return function traced(this: Service, calling) {
        const work = async () => handler.call(this, calling);
        return inSpan(name, SpanKind.SERVER, { carrier: calling.meta }, work);
      };
    },
  };
}
