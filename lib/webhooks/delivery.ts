import type { IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import { guardedRequest } from "../outbound/guarded-request.ts";
import { parseCallbackUrl } from "./callback.ts";
import type { WebhookMessage } from "./message.ts";
import { parseRetryAfterMs } from "./retry-delay.ts";
import type { WebhookSigner } from "./signature.ts";

/** Outcome of one attempt. `gone` means that the receiver wants no more webhooks of the job. */
export type Outcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfterMs: number };

export interface DeliveryOptions {
  readonly signer: WebhookSigner;
  readonly allowPrivate: boolean;
  /** Ports that webhooks may go to; all if absent or empty. */
  readonly ports?: readonly number[];
  /** Time limit of one whole attempt: look-up, connection, request and response. */
  readonly timeoutMs: number;
  readonly now?: () => number;
  /** Replaces the look-up of names in tests. */
  readonly resolve?: LookupFunction;
}

/** Limits of the rest of a response, whose content is ignored. Beyond them the connection is closed. */
const MAX_RESPONSE_BYTES = 64 * 1024;
const REST_MS = 1_000;

/**
 * Makes one attempt to deliver a message. Never rejects. 2xx is success, 410 means gone, all else is a failure,
 * including redirects, which could bypass the address guard.
 */
export async function deliver(message: WebhookMessage, options: DeliveryOptions): Promise<Outcome> {
  const now = options.now ?? Date.now;
  try {
    const response = await post(message, options, now());
    return outcomeOf(response, now());
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error), retryAfterMs: 0 };
  }
}

interface ResponseHead {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

function outcomeOf({ status, retryAfter }: ResponseHead, now: number): Outcome {
  const reason = `HTTP status ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 410) return { kind: "gone", reason };
  return { kind: "failed", reason, retryAfterMs: parseRetryAfterMs(retryAfter, now) };
}

/**
 * Sends the request. Only the response head matters. The body is read up to limits and discarded, so that the receiver
 * sees an ordinary end. The connection is closed by then: otherwise a receiver could hold one for each webhook.
 */
async function post(
  { id, url, headers, body }: WebhookMessage,
  options: DeliveryOptions,
  now: number,
): Promise<ResponseHead> {
  const { signer, allowPrivate, ports = [], timeoutMs, resolve } = options;
  const target = parseCallbackUrl(url, { allowPrivate, ports });
  const signal = AbortSignal.timeout(timeoutMs);
  const signed = {
    ...headers,
    "Content-Length": Buffer.byteLength(body),
    "User-Agent": "Sightline-Webhooks",
    ...signer.sign(id, new Date(now), body),
  };
  const request = { method: "POST", headers: signed, body, allowPrivate, signal, resolve } as const;
  const response = await guardedRequest(target, request).catch((error) => {
    throw signal.aborted ? new Error(`no answer in ${timeoutMs} ms`) : error;
  });
  await discard(response);
  return { status: response.statusCode as number, retryAfter: response.headers["retry-after"] };
}

async function discard(response: IncomingMessage): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => response.destroy(), REST_MS);
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) response.destroy();
  });
  // The head has been received; errors of the body do not matter.
  response.on("error", () => {});
  response.on("close", resolve);
  await closed;
  clearTimeout(timer);
}

/** Omits the URL, which may contain a secret of the receiver. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  // An error for several addresses has a code but no message.
  return message || code || "the attempt failed";
}
