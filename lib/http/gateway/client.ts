/** Whom a request counts for. */
import type { IncomingMessage } from "node:http";
import { config } from "../../config.ts";
import { clientNetwork } from "../../limits/client-network.ts";
import { ownerOf } from "../../sessions/owner.ts";
import { clientAddress } from "./client-address.ts";
import type { GatewayRequest } from "./gateway-request.ts";

/** Among whom work is shared: owners and, without a key, addresses. */
export function clientOf(request: GatewayRequest): string {
  return ownerOf(request.$ctx) ?? networkOf(request);
}

/** Whom a request without a key counts for. */
export function networkOf(request: IncomingMessage): string {
  return clientNetwork(clientAddress(request, config.proxyHops));
}
