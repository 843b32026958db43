/**
 * Traces (OpenTelemetry): one from the HTTP request, across nodes, to the worker thread. The context goes from node
 * to node as `traceparent` (W3C Trace Context) in a call's `meta`, and stays with a job for its attempts.
 *
 * Without `traceCalls` among the broker's middlewares, the API hands out spans that do nothing.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { CallingOptions, Middleware, Service, ServiceBroker } from "moleculer";
import type { Timings } from "../contracts/receipt.ts";
import { asFailure } from "../transport/failures.ts";

const tracer = trace.getTracer("sightline");

/** What carries a trace from one place to another. */
export interface TraceCarrier {
  readonly traceparent?: string;
}

/** The active trace, to be carried on; empty where there is none. */
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

/** Does the work in a span of its own, within the trace that is carried, or else the active one. */
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

/** The work, to be begun later by somebody else, within the trace that is active now. */
export function inThisTrace<T extends () => unknown>(work: T): T {
  return context.bind(context.active(), work);
}

/** The span of a request, from its arrival to the end of its answer. */
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

/** The spans of what a worker thread has just done with an image, from the times it measured. */
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
  /** Of traces that begin here, how many are kept; others go by what their beginning decided. */
  readonly samplePercent: number;
  readonly version: string;
}

/** Begins to record and export. @returns ends it, after what is recorded was sent. */
async function startTracing({ endpoint, samplePercent, version }: TracingSettings, nodeId: string) {
  // Only loaded where it is wanted: it is large.
  const [sdk, { OTLPTraceExporter }, { AsyncLocalStorageContextManager }, { resourceFromAttributes }, core] =
    await Promise.all([
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/context-async-hooks"),
      import("@opentelemetry/resources"),
      import("@opentelemetry/core"),
    ]);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      "service.name": "sightline",
      "service.version": version,
      "service.instance.id": nodeId,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(samplePercent / 100) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}

/** A span for each call of an action, on the node that answers it; the trace goes along with calls. */
export function traceCalls(settings: TracingSettings): Middleware {
  let stop: (() => Promise<void>) | undefined;
  return {
    name: "TraceCalls",
    async starting({ nodeID }) {
      stop = await startTracing(settings, nodeID);
    },
    async stopped() {
      await stop?.();
    },
    call(next) {
      const carrying: ServiceBroker["call"] = (action: string, params?: unknown, options?: CallingOptions) =>
        next(action, params, { ...options, meta: { ...options?.meta, ...carriedTrace() } });
      // Declared by Moleculer as the promise of a call instead of the function that makes it.
      return carrying as never;
    },
    localAction(handler, { name = "" }) {
      // The gateway's own action is the request, which has its span.
      if (name === "api.rest") return handler;
      return function traced(this: Service, calling) {
        const work = async () => handler.call(this, calling);
        return inSpan(name, SpanKind.SERVER, { carrier: calling.meta }, work);
      };
    },
  };
}
