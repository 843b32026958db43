/** How long an answer may wait for what it is about: a job's end, an event. */
import { Type } from "typebox";

/** Most seconds that a client may ask for. */
export const MAX_WAIT_SECONDS = 60;
/**
 * nginx and most load balancers give an answer 60 s to begin. One that waited so long would be lost, and
 * the client told 504.
 */
const LONGEST_WAIT_MS = 58_000;

/** @param seconds As asked for. */
export function waitMsOf(seconds: number): number {
  return Math.min(seconds * 1000, LONGEST_WAIT_MS);
}

/** @param what What is waited for. */
export const WaitSeconds = (what: string) =>
  Type.Integer({
    minimum: 0,
    maximum: MAX_WAIT_SECONDS,
    description: `Seconds to wait for ${what}. The answer comes after ${LONGEST_WAIT_MS / 1000} s at the latest, before proxies give up.`,
  });

/** The same among services. */
export const WaitMs = Type.Integer({ minimum: 0, maximum: MAX_WAIT_SECONDS * 1000 });
