/** Decides which calls between nodes are retried. `DetectorCalls` retries calls of detectors itself. */
import type { BrokerOptions, CallingOptions, Context, Middleware } from "moleculer";
import { contractOf } from "../contracts/actions.ts";

export function isWorthAnotherTry(error: unknown): boolean {
  const { type, data } = error as { type?: unknown; data?: { action?: unknown; nodeID?: unknown } };
  switch (type) {
    // The call was never sent, or not received.
    case "BAD_GATEWAY":
      return true;
    // The chosen node is leaving and did not start it. Without a node, no other node offers the action.
    case "SERVICE_NOT_FOUND":
    case "SERVICE_NOT_AVAILABLE":
      return data?.nodeID !== undefined;
    // The node is gone; it is unknown whether the action was done.
    case "REQUEST_REJECTED":
      return contractOf(data?.action)?.isRepeatable === true;
    default:
      return false;
  }
}

/** About three seconds in total: enough for a broker restart. */
export const retryPolicy: NonNullable<BrokerOptions["retryPolicy"]> = {
  enabled: true,
  retries: 9,
  delay: 20,
  factor: 2,
  maxDelay: 500,
  check: isWorthAnotherTry,
};

/** The method `call` of Moleculer's broker, which gets the context of a call that is retried. */
type Call = (action: string, params: object, options?: CallingOptions & { readonly ctx?: Context }) => Promise<unknown>;

/** Sends a call that names its node to the same node again when it is retried. Moleculer would choose any node. */
export const retryAtSameNode = {
  name: "RetryAtSameNode",
  call:
    (next: Call): Call =>
    (action, params, options = {}) => {
      const { nodeID } = (options.ctx?.options ?? {}) as CallingOptions;
      return next(action, params, nodeID ? { ...options, nodeID } : options);
    },
} as unknown as Middleware;
