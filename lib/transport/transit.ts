import { Errors } from "moleculer";

/** Local event: this node was cut off or suspended, so it may have missed messages of others. */
export const WAS_AWAY = "$node.was-away";

interface PendingRequest {
  readonly action: { readonly name: string };
  readonly nodeID: string | null;
  readonly reject: (error: Error) => void;
}

/** Members of Moleculer's transit that its types lack or declare differently. */
export interface Transit {
  readonly pendingRequests: Map<string, PendingRequest>;
  readonly discoverer: {
    remoteNodeDisconnected(nodeID: string, isUnexpected: boolean): void;
    sendLocalNodeInfo(): Promise<unknown>;
  };
  readonly broker: { broadcastLocal(event: string, payload: unknown): void };
  connected: boolean;
  isReady: boolean;
  /** Resolving it lets the broker start its services. */
  __connectResolve: ((nothing: null) => void) | null;
  makeSubscriptions(): Promise<unknown>;
  removePendingRequestByNodeID(nodeID: string): void;
  /** @param id Returned with the answer, as `$node.pong`. */
  sendPing(nodeID: string, id?: string): Promise<unknown>;
  sendDisconnectPacket(): Promise<unknown>;
}

export function transitOf({ transit }: { readonly transit: unknown }): Transit {
  return transit as Transit;
}

/** Whether this node is connected to the others, if there may be any. */
export function isConnected({ transit }: { readonly transit?: unknown }): boolean {
  return (transit as { tx?: { connected?: boolean } } | undefined)?.tx?.connected ?? true;
}

/** Nodes that have not answered all requests of this node. */
export function nodesWithPendingRequests({ pendingRequests }: Transit): Set<string> {
  const nodes = Array.from(pendingRequests.values(), ({ nodeID }) => nodeID);
  return new Set(nodes.filter((nodeID) => nodeID !== null));
}

/** Fails a call that its node did not receive as one that was never sent: it can be made again, whatever it does. */
export function failUnreceived({ pendingRequests }: Transit, id: string): void {
  const request = pendingRequests.get(id);
  pendingRequests.delete(id);
  request?.reject(new Errors.BrokerDisconnectedError("The node that was called is not connected."));
}

/** Fails all calls in flight: their answers are lost. */
export function failPending(transit: Transit): void {
  for (const nodeID of nodesWithPendingRequests(transit)) transit.removePendingRequestByNodeID(nodeID);
}

/**
 * Does what Moleculer does once a transporter is connected, but without waiting half a second for the announcements of
 * other nodes.
 */
export async function startWithoutOthers(transit: Transit): Promise<void> {
  await transit.makeSubscriptions();
  transit.connected = true;
  transit.broker.broadcastLocal("$transporter.connected", { wasReconnect: false });
  transit.isReady = true;
  transit.__connectResolve?.(null);
  transit.__connectResolve = null;
}
