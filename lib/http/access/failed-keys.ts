/** Limits how many wrong keys an address may try. */
import { config } from "../../config.ts";
import { isOfKey } from "../../sessions/keys.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { networkOf } from "./client.ts";

/**
 * Looks up a key that is not known to be right. It counts as wrong until it turns out to be right, so that many cannot
 * be tried concurrently either.
 * @throws RATE_LIMITED before the look-up; what `lookUp` throws.
 */
export async function lookUpUnknown<T>(request: GatewayRequest, lookUp: () => Promise<T>): Promise<T> {
  const { failedKeys } = request.$service.limits;
  const client = networkOf(request);
  const uncount = await failedKeys.count({ client, perMinute: config.failedKeysPerMinute });
  try {
    const found = await lookUp();
    uncount();
    return found;
  } catch (error) {
    if (!isOfKey(error)) uncount();
    throw error;
  }
}
