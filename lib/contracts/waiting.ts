/** Limits on how long an answer may wait for an event, such as the end of a job. */
import { Type } from "typebox";

/** Maximum seconds that a client may ask for. */
export const MAX_WAIT_SECONDS = 60;
/**
 * nginx and most load balancers allow 60 s until an answer begins. After that they drop the answer and send 504 to the
 * client.
 */
const LONGEST_WAIT_MS = 58_000;

/** @param seconds The requested time. */
export function waitMsOf(seconds: number): number {
  return Math.min(seconds * 1000, LONGEST_WAIT_MS);
}

/** @param what What the answer waits for. */
export const WaitSeconds = (what: string) =>
  Type.Integer({
    minimum: 0,
    maximum: MAX_WAIT_SECONDS,
    description: `Seconds to wait for ${what}. The answer comes after ${LONGEST_WAIT_MS / 1000} s at the latest, before proxies give up.`,
  });

/** The waiting time in calls between services. */
export const WaitMs = Type.Integer({ minimum: 0, maximum: MAX_WAIT_SECONDS * 1000 });
