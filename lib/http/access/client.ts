/** The client that a request is attributed to, for limits and fair shares. */
import type { IncomingMessage } from "node:http";
import { config } from "../../config.ts";
import { clientNetwork } from "../../limits/client-network.ts";
import { accountOf, ownerOf } from "../../sessions/owner.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { clientAddress } from "./client-address.ts";

/** The client for fair turns: the owner, or the network of a request without a key. */
export function clientOf(request: GatewayRequest): string {
  return ownerOf(request.$ctx) ?? networkOf(request);
}

/**
 * The client for shares of the upload memory. It differs from `clientOf` for sessions: they count for the client that
 * opened them, because a client may open any number.
 */
export function uploaderOf(request: GatewayRequest): string {
  const { isSession, keyId } = request.$identity ?? {};
  const account = isSession && keyId === undefined ? null : accountOf(request.$ctx);
  return account ?? networkOf(request);
}

/** The network that a request without a key is attributed to. */
export function networkOf(request: IncomingMessage): string {
  return clientNetwork(clientAddress(request, config.proxyHops));
}
