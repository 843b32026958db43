import { readyDetectors } from "../../balancing/detectors.ts";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { failure } from "../../errors.ts";
import type { GatewayRequest } from "./gateway-request.ts";

const WITHIN_MS = 1_000;

/**
 * Whether images can be processed and, if requests need keys, whether keys can be checked. A node that is shutting down
 * is not ready, although it still serves.
 * @throws SHUTTING_DOWN, NO_DETECTOR, SERVICE_UNAVAILABLE
 */
export async function readiness({ $ctx, $service }: GatewayRequest): Promise<object> {
  if ($service.isLeaving) throw failure("SHUTTING_DOWN", "This node is shutting down.", { retryAfterSeconds: 1 });
  await call($ctx, actions.jobs.ready, {}, { timeout: WITHIN_MS });
  if (config.access === "keys") await call($ctx, actions.keys.ready, {}, { timeout: WITHIN_MS });
  // The node that answered may know a detector that does not answer this one yet.
  return readyDetectors($ctx.broker);
}
