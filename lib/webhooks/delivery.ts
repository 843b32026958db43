import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { guardedLookup, parseCallbackUrl } from "./address-guard.ts";
import { parseRetryAfterMs } from "./back-off.ts";
import type { WebhookSigner } from "./signature.ts";

/** What came of one attempt. `gone` is the receiver's wish to hear no more of the job. */
export type Outcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfterMs: number };

export interface WebhookMessage {
  readonly id: string;
  readonly url: string;
  /** A CloudEvent as JSON text. */
  readonly body: string;
}

export interface DeliveryOptions {
  readonly signer: WebhookSigner;
  readonly allowPrivate: boolean;
  /** For one attempt as a whole: look-up, connection, request and the head of the response. */
  readonly timeoutMs: number;
  readonly now?: () => number;
  /** Stands in for the system's resolver in tests. */
  readonly resolve?: LookupFunction;
}

/** More of a response than this, and the connection is closed. What it says is of no interest. */
const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * Not Node's global agents: nothing is kept open towards receivers, and no proxy of the environment comes between us
 * and the address that was checked.
 */
const httpAgent = new HttpAgent({ keepAlive: false });
const httpsAgent = new HttpsAgent({ keepAlive: false });

/**
 * One attempt to deliver a message. Never rejects. 2xx is success, 410 means no more, all else is a failure: redirects
 * too, since a receiver could lead us past the guard with them.
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

/** The head of the response decides; what follows is read up to a bound within the same time, and thrown away. */
function post({ id, url, body }: WebhookMessage, options: DeliveryOptions, now: number): Promise<ResponseHead> {
  const target = parseCallbackUrl(url, options.allowPrivate);
  const isSecure = target.protocol === "https:";
  const signal = AbortSignal.timeout(options.timeoutMs);
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (isSecure ? requestHttps : requestHttp)(target, {
      method: "POST",
      agent: isSecure ? httpsAgent : httpAgent,
      lookup: guardedLookup(options.allowPrivate, options.resolve),
      signal,
      headers: {
        "Content-Type": "application/cloudevents+json",
        "Content-Length": Buffer.byteLength(body),
        "User-Agent": "Sightline-Webhooks",
        ...options.signer.sign(id, new Date(now), body),
      },
    });
    request.on("response", (response) => {
      resolve({ status: response.statusCode as number, retryAfter: response.headers["retry-after"] });
      discard(response);
    });
    request.on("error", (error) => reject(signal.aborted ? new Error(`no answer in ${options.timeoutMs} ms`) : error));
    // A switch of protocols that nobody asked for ends without a response and without an error.
    request.on("close", () => reject(new Error("the connection was closed without an answer")));
    request.end(body);
  });
}

function discard(response: IncomingMessage): void {
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) response.destroy();
  });
  // Whatever happens to the rest of the response, its head has been counted.
  response.on("error", () => {});
}

/** Without the URL, which may carry a secret of the receiver's. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  // Of an error for several addresses only the code says anything.
  return message || code || "the attempt failed";
}
