/** Whom a request counts for. */
import type { IncomingMessage } from "node:http";
import { config } from "../../config.ts";
import { clientNetwork } from "../../limits/client-network.ts";
import { accountOf, ownerOf } from "../../sessions/owner.ts";
import { clientAddress } from "./client-address.ts";
import type { GatewayRequest } from "./gateway-request.ts";

/** Among whom work is shared: owners and, without a key, addresses. */
export function clientOf(request: GatewayRequest): string {
  return ownerOf(request.$ctx) ?? networkOf(request);
}

/**
 * Among whom the memory of uploads is shared: as `clientOf`, but all sessions that a client has opened are that client,
 * since it may open any number.
 */
export function uploaderOf(request: GatewayRequest): string {
  const { isSession, keyId } = request.$identity ?? {};
  const account = isSession && keyId === undefined ? null : accountOf(request.$ctx);
  return account ?? networkOf(request);
}

/** Whom a request without a key counts for. */
export function networkOf(request: IncomingMessage): string {
  return clientNetwork(clientAddress(request, config.proxyHops));
}
