/** GET requests to URLs that clients choose. */
import type { IncomingMessage } from "node:http";
import { parseTarget, RefusedTarget, type TargetRules } from "./address-guard.ts";
import { type GuardedRequest, guardedRequest } from "./guarded-request.ts";

export const MAX_REDIRECTS = 5;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

export interface GetOptions extends Pick<GuardedRequest, "headers" | "signal" | "onProgress" | "resolve"> {
  readonly rules: TargetRules;
}

/**
 * Follows up to `MAX_REDIRECTS` redirects, each to a target that the rules allow, and without a cookie.
 * @returns the last answer, whatever its status, with its body unread. Read it or destroy it.
 * @throws RefusedTarget, and what `guardedRequest` throws
 */
export async function guardedGet(url: string, { rules, ...options }: GetOptions): Promise<IncomingMessage> {
  let target = parseTarget(url, rules);
  for (let redirects = 0; ; redirects++) {
    const answer = await guardedRequest(target, { ...options, method: "GET", allowPrivate: rules.allowPrivate });
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.statusCode) || location === undefined || redirects === MAX_REDIRECTS) return answer;
    answer.destroy();
    target = redirectTarget(location, target, rules);
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
