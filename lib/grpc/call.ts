/** Answers gRPC calls by sending requests to the gateway. */
import { on, once } from "node:events";
import { Metadata, type ServerDuplexStream, status } from "@grpc/grpc-js";
import { SpanKind, trace } from "@opentelemetry/api";
import { config } from "../config.ts";
import { type Failure, failure } from "../errors.ts";
import type { Gateway } from "../http/gateway/gateway-request.ts";
import { requestIdOf } from "../http/gateway/request-id.ts";
import { clientNetwork } from "../limits/client-network.ts";
import { credentialOf } from "../sessions/keys.ts";
import { rpcCalls } from "../telemetry/metrics.ts";
import { carriedTrace, inSpan } from "../telemetry/tracing.ts";
import { asFailure } from "../transport/failures.ts";
import type { GatewayClient, Origin } from "./gateway-client.ts";
import { MessageAccount } from "./message-account.ts";
import { type Method, methods } from "./methods.ts";
import { statusCodeOf, statusOf } from "./status.ts";
import type { ModelInferRequest } from "./tensors.ts";

type Call = ServerDuplexStream<unknown, object>;

export const SERVICE = "inference.GRPCInferenceService";

/** Metadata that has the same meaning as the headers with these names. */
const HEADERS = ["authorization", "x-api-key", "key", "sightline-owner", "x-forwarded-for", "traceparent"] as const;
/** Maximum concurrent inferences of one stream: enough for all cores, few enough to bound the memory. */
const MAX_IN_FLIGHT = 16;

export interface CallSettings {
  readonly client: GatewayClient;
  readonly gateway: Pick<Gateway, "draining" | "identities" | "logger">;
  /** Counts a call as a request of its client's connection. @returns a function to call when it is over. */
  readonly begin: (peer: string, isUnread: () => boolean) => () => void;
}

/** A message as it was received. */
export interface Received {
  readonly message: unknown;
  /** Length of the message in bytes. */
  readonly bytes: number;
}

/** The requests of one call. */
interface Requests {
  readonly origin: Origin;
  readonly settings: CallSettings;
  readonly account: MessageAccount;
}

/**
 * Handlers by method. On the wire a call with one message is a stream of one message. It is handled as a stream, so
 * that it is not read before its key was checked: a message may have MAX_JSON_BYTES.
 */
export function handlers(settings: CallSettings): Record<string, (call: Call) => void> {
  const unary = Object.entries(methods).map(([name, method]) => [
    name,
    handler(name, settings, (call, requests) => answerOne(call, requests, method as Method)),
  ]);
  return { ...Object.fromEntries(unary), ModelStreamInfer: handler("ModelStreamInfer", settings, answerStream) };
}

function handler(
  name: string,
  settings: CallSettings,
  answer: (call: Call, requests: Requests) => Promise<void>,
): (call: Call) => void {
  return (call) => {
    void handle(call, name, settings, answer);
  };
}

async function handle(
  call: Call,
  name: string,
  settings: CallSettings,
  answer: (call: Call, requests: Requests) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const refused = new AbortController();
  const account = new MessageAccount(call, clientNetwork(addressOf(call)), (reason) => refused.abort(reason));
  const endRequest = settings.begin(call.getPeer(), () => account.isUnread);
  const signal = endOf(call);
  const { headers, address } = originOf(call);
  const requestId = new Metadata();
  requestId.set("x-request-id", headers["x-request-id"]);
  const attributes = { "rpc.system": "grpc", "rpc.service": SERVICE, "rpc.method": name };
  let code = status.OK;
  try {
    await inSpan(`${SERVICE}/${name}`, SpanKind.SERVER, { attributes, carrier: headers }, async () => {
      const ended = AbortSignal.any([signal, refused.signal]);
      const origin = { headers: { ...headers, ...carriedTrace() }, address, signal: ended };
      try {
        account.requireRoom();
        // Not before: behind it, a status waits until the client reads.
        call.sendMetadata(requestId);
        await answer(call, { origin, settings, account });
        ended.throwIfAborted();
      } catch (error) {
        const reason = refused.signal.aborted ? refused.signal.reason : error;
        const isEnded = signal.aborted && !refused.signal.aborted;
        code = isEnded ? endedBy(signal) : statusCodeOf(asFailure(reason));
        throw reason;
      } finally {
        trace.getActiveSpan()?.setAttribute("rpc.grpc.status_code", code);
      }
    });
    call.end();
  } catch (error) {
    const known = asFailure(error);
    if (known.type === "INTERNAL_ERROR" && !signal.aborted)
      settings.gateway.logger.error({ err: error, method: name }, "A gRPC call failed");
    const failed = statusOf(known);
    failed.metadata.merge(requestId);
    if (!signal.aborted) call.emit("error", failed);
  } finally {
    account.close(endRequest);
    rpcCalls.observe({ method: name, status: status[code] }, (performance.now() - startedAt) / 1000);
  }
}

/** A signal that is aborted when the client cancels the call or its time is over. */
function endOf(call: Call): AbortSignal {
  const cancelled = new AbortController();
  call.once("cancelled", () => cancelled.abort());
  const deadline = Number(call.getDeadline());
  if (!Number.isFinite(deadline)) return cancelled.signal;
  return AbortSignal.any([cancelled.signal, AbortSignal.timeout(Math.max(0, deadline - Date.now()))]);
}

function endedBy({ reason }: AbortSignal): status {
  return reason.name === "TimeoutError" ? status.DEADLINE_EXCEEDED : status.CANCELLED;
}

function originOf(call: Call): Pick<Origin, "address"> & { headers: { readonly "x-request-id": string } } {
  const given = HEADERS.map((name) => [name, call.metadata.get(name).join(", ")]).filter(([, value]) => value);
  const requestId = requestIdOf({ headers: { "x-request-id": String(call.metadata.get("x-request-id")[0] ?? "") } });
  return {
    address: addressOf(call),
    headers: { ...Object.fromEntries(given), host: call.getHost(), "x-request-id": requestId },
  };
}

function addressOf(call: Call): string {
  return call.getPeer().replace(/:\d+$/, "");
}

/** Messages until the client sends no more, or the signal is aborted. */
async function* messagesOf(call: Call, signal: AbortSignal): AsyncGenerator<Received> {
  try {
    // The stream's own iterator is not used: an error while it waits for a message makes it destroy the stream, which
    // may then end without its status.
    for await (const [received] of on(call, "data", { signal, close: ["end"], highWaterMark: 1 })) yield received;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function answerOne(call: Call, requests: Requests, method: Method): Promise<void> {
  if (method.isEmpty) {
    call.write(await answerTo({}, requests, method));
    return;
  }
  await requireKey(requests);
  requests.account.expectMessage();
  for await (const received of messagesOf(call, requests.origin.signal)) {
    const release = requests.account.hand(received.bytes);
    call.write(await answerTo(received.message, requests, method).finally(release));
    return;
  }
  throw failure("MALFORMED_REQUEST", "The call has no message.");
}

async function answerTo(message: unknown, { origin, settings }: Requests, method: Method): Promise<object> {
  try {
    return method.answer(await settings.client.send(method.request(message), origin), message);
  } catch (error) {
    const instead = method.refused?.(asFailure(error));
    if (instead) return instead;
    throw error;
  }
}

/** If keys are required, a key that is not known to be right is checked first. @throws as the gateway does. */
async function requireKey({ origin, settings: { client, gateway } }: Requests): Promise<void> {
  if (config.access !== "keys") return;
  const credential = credentialOf(origin.headers);
  if (credential && gateway.identities.isKnown(credential)) return;
  await client.send({ method: "GET", path: "/v1/whoami" }, origin);
}

/** Answers each message in order. An error is sent in the answer to its message, and the stream continues. */
async function answerStream(call: Call, requests: Requests): Promise<void> {
  await requireKey(requests);
  const { signal: draining } = requests.settings.gateway.draining;
  const { signal } = requests.origin;
  const ended = AbortSignal.any([signal, draining]);
  const inFlight = new Set<Promise<void>>();
  let written = Promise.resolve();
  for await (const { message, bytes } of messagesOf(call, ended)) {
    const release = requests.account.hand(bytes);
    const answer = inferenceOf(message as ModelInferRequest, requests).finally(release);
    // While a client does not read its answers, its messages are not read either.
    const sent = Promise.all([answer, written]).then(async ([inference]) => {
      if (!call.write(inference)) await once(call, "drain", { signal });
      inFlight.delete(sent);
    });
    written = sent;
    inFlight.add(sent);
    sent.catch(() => {});
    while (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
  }
  await written;
  if (draining.aborted && !call.readableEnded)
    throw failure("SHUTTING_DOWN", "This node is shutting down.", { retryAfterSeconds: 1 });
}

async function inferenceOf(message: ModelInferRequest, requests: Requests): Promise<object> {
  try {
    return { infer_response: await answerTo(message, requests, methods.ModelInfer as Method) };
  } catch (error) {
    const { type, message: detail }: Failure = asFailure(error);
    const { id, model_name, model_version } = message;
    return { error_message: `${type}: ${detail}`, infer_response: { id, model_name, model_version } };
  }
}
