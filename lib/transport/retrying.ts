/** Which calls that failed on their way to another node are made again. Those of detectors are `DetectorCalls`' own. */
import type { BrokerOptions } from "moleculer";
import { contractOf } from "../contracts/actions.ts";

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
      return contractOf(data?.action)?.isRepeatable === true;
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
