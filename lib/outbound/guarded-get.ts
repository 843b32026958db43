/** GET requests to URLs that clients choose. */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { guardedLookup, parseTarget, RefusedTarget, type TargetRules } from "./address-guard.ts";

export const MAX_REDIRECTS = 5;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/**
 * Not Node's global agents: no proxy from the environment bypasses the check of addresses, and no connection of one
 * client's request is used for another's.
 */
const httpAgent = new HttpAgent({ keepAlive: false });
const httpsAgent = new HttpsAgent({ keepAlive: false });

export interface GetOptions {
  readonly rules: TargetRules;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request, also while its answer is read. */
  readonly signal: AbortSignal;
  /** Called when a connection was made, and when the head of an answer has arrived. */
  readonly onProgress: () => void;
  /** Replaces the system's resolver in tests. */
  readonly resolve?: LookupFunction | undefined;
}

/**
 * Follows up to `MAX_REDIRECTS` redirects, each to a target that the rules allow, and without a cookie.
 * @returns the last answer, whatever its status, with its body unread. Read it or destroy it.
 * @throws RefusedTarget, what the guarded look-up throws, and errors of the connection, which have a `code`
 */
export async function guardedGet(url: string, options: GetOptions): Promise<IncomingMessage> {
  let target = parseTarget(url, options.rules);
  for (let redirects = 0; ; redirects++) {
    const answer = await get(target, options);
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.statusCode) || location === undefined || redirects === MAX_REDIRECTS) return answer;
    answer.destroy();
    target = redirectTarget(location, target, options.rules);
  }
}

/** @throws RefusedTarget */
function redirectTarget(location: string, from: URL, rules: TargetRules): URL {
  try {
    return parseTarget(URL.parse(location, from)?.href ?? location, rules);
  } catch (error) {
    if (!(error instanceof RefusedTarget)) throw error;
    throw new RefusedTarget(`redirects to one that ${error.message}`);
  }
}

function get(target: URL, { rules, headers, signal, onProgress, resolve: resolver }: GetOptions) {
  const isSecure = target.protocol === "https:";
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = (isSecure ? requestHttps : requestHttp)(target, {
      agent: isSecure ? httpsAgent : httpAgent,
      lookup: guardedLookup(rules.allowPrivate, resolver),
      signal,
      headers,
    });
    request.on("socket", (socket) => socket.once(isSecure ? "secureConnect" : "connect", onProgress));
    request.on("response", (answer) => {
      onProgress();
      resolve(answer);
    });
    request.on("error", reject);
    // An unsolicited protocol upgrade ends with neither a response nor an error.
    request.on("close", () => reject(Object.assign(new Error("no answer"), { code: "ECONNRESET" })));
    request.end();
  });
}
