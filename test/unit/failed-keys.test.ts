import { expect, it } from "vitest";
import { type ErrorCode, failure } from "../../lib/errors.ts";
import { lookUpUnknown } from "../../lib/http/access/failed-keys.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway-request.ts";

/** What one look-up costs its address while it goes on, and after it. */
async function costOf(lookUp: () => Promise<unknown>): Promise<[during: number, after: number]> {
  let counted = 0;
  let during = 0;
  const count = async () => {
    counted++;
    return () => counted--;
  };
  const $service = { limits: { failedKeys: { count } } };
  const request = { headers: {}, socket: { remoteAddress: "192.0.2.1" }, $service } as unknown as GatewayRequest;
  const looking = lookUpUnknown(request, () => {
    during = counted;
    return lookUp();
  });
  await looking.catch(() => {});
  return [during, counted];
}

it.each<[ErrorCode | undefined, number]>([
  [undefined, 0],
  ["KEY_INVALID", 1],
  ["SESSION_KEY_INVALID", 1],
  // Nobody knows whether the key is wrong.
  ["STORE_UNAVAILABLE", 0],
  ["SERVICE_UNAVAILABLE", 0],
])("a look-up that ends with %s counts %i as wrong, and as one until it ends", async (code, after) => {
  const lookUp = async () => {
    if (code) throw failure(code, "It failed.");
  };
  expect(await costOf(lookUp)).toEqual([1, after]);
});
