/** Which calls that failed on their way to another node are made again. Those of detectors are `DetectorCalls`' own. */
import type { BrokerOptions } from "moleculer";

/** Actions that can be done twice with the effect of once. */
const repeatable: ReadonlySet<unknown> = new Set([
  "jobs.ready",
  "jobs.admit",
  "jobs.get",
  "jobs.list",
  "jobs.loadImage",
  "jobs.results",
  "jobs.wait",
  "jobs.deadLetters",
  "events.read",
  "sessions.identify",
  "sessions.requireRoom",
  "sessions.summary",
  "sessions.erase",
  "jobs.erase",
  "encodings.encode",
  "encodings.known",
  "encodings.model",
  "encodings.stats",
  "encodings.mean",
  "encodings.release",
  "collections.list",
  "collections.get",
  "collections.search",
  "collections.erase",
  "detector.models",
]);

export function isWorthAnotherTry(error: unknown): boolean {
  const { type, data } = error as { type?: unknown; data?: { action?: unknown; nodeID?: unknown } };
  switch (type) {
    // It was not sent.
    case "BAD_GATEWAY":
      return true;
    // The node that was chosen is leaving and did not begin it. Without a node there is nobody to ask.
    case "SERVICE_NOT_FOUND":
    case "SERVICE_NOT_AVAILABLE":
      return data?.nodeID !== undefined;
    // The node is gone, and with it whether it was done.
    case "REQUEST_REJECTED":
      return repeatable.has(data?.action);
    default:
      return false;
  }
}

/** About three seconds altogether: a restart of the broker. */
export const retryPolicy: NonNullable<BrokerOptions["retryPolicy"]> = {
  enabled: true,
  retries: 9,
  delay: 20,
  factor: 2,
  maxDelay: 500,
  check: isWorthAnotherTry,
};
