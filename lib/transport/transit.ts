/** Members of Moleculer's transit that its types lack or declare differently. */
export interface Transit {
  readonly pendingRequests: ReadonlyMap<string, { readonly nodeID: string | null }>;
  readonly discoverer: {
    remoteNodeDisconnected(nodeID: string, isUnexpected: boolean): void;
    sendLocalNodeInfo(): Promise<unknown>;
  };
  removePendingRequestByNodeID(nodeID: string): void;
  sendPing(nodeID: string): Promise<unknown>;
  sendDisconnectPacket(): Promise<unknown>;
}

export function transitOf({ transit }: { readonly transit: unknown }): Transit {
  return transit as Transit;
}

/** Nodes that owe an answer. */
export function debtors({ pendingRequests }: Transit): Set<string> {
  const nodes = Array.from(pendingRequests.values(), ({ nodeID }) => nodeID);
  return new Set(nodes.filter((nodeID) => nodeID !== null));
}

/** Fails all calls in flight: their answers are lost. */
export function failPending(transit: Transit): void {
  for (const nodeID of debtors(transit)) transit.removePendingRequestByNodeID(nodeID);
}
