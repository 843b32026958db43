/** One request to a URL that a client chose. */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { guardedLookup } from "./address-guard.ts";

/**
 * Node's global agents are not used: they could use a proxy from the environment, which bypasses the check of
 * addresses, or reuse the connection of another client's request.
 */
const httpAgent = new HttpAgent({ keepAlive: false });
const httpsAgent = new HttpsAgent({ keepAlive: false });

export interface GuardedRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
  readonly allowPrivate: boolean;
  /** Ends the request, even while its answer is read. */
  readonly signal: AbortSignal;
  /** Called when a connection was made, and when the head of an answer has arrived. */
  readonly onProgress?: () => void;
  /** Replaces the look-up of names in tests. */
  readonly resolve?: LookupFunction | undefined;
}

/**
 * Sends the request. Redirects are not followed.
 * @param target A result of `parseTarget`, which checks literal addresses.
 * @returns the answer, whatever its status, with its body unread. Read it or destroy it.
 * @throws what the guarded look-up throws, and errors of the connection, which have a `code`
 */
export function guardedRequest(target: URL, options: GuardedRequest): Promise<IncomingMessage> {
  const { method, headers, body, allowPrivate, signal, onProgress = () => {} } = options;
  const isSecure = target.protocol === "https:";
  return new Promise((resolve, reject) => {
    const request = (isSecure ? requestHttps : requestHttp)(target, {
      method,
      headers,
      agent: isSecure ? httpsAgent : httpAgent,
      lookup: guardedLookup(allowPrivate, options.resolve),
      signal,
    });
    request.on("socket", (socket) => socket.once(isSecure ? "secureConnect" : "connect", onProgress));
    request.on("response", (answer) => {
      onProgress();
      resolve(answer);
    });
    request.on("error", reject);
    // An unsolicited protocol upgrade ends with neither a response nor an error.
    const closed = Object.assign(new Error("the connection was closed without an answer"), { code: "ECONNRESET" });
    request.on("close", () => reject(closed));
    request.end(body);
  });
}
