/**
 * Mends the client for NATS (2.29.3). If a server accepts a connection but says nothing in time, as one that hangs or
 * is cut off, the client goes on to another server and forgets the first socket without closing it. When that socket
 * closes at last, the client takes it for its connection, connects once more, and forgets the socket it had. That one
 * stays subscribed: from then on the process receives every message twice.
 */
import { createRequire } from "node:module";
import type { Socket } from "node:net";

interface NodeTransport {
  readonly connected: boolean;
  done: boolean;
  readonly socket: Socket | undefined;
  connect(...args: unknown[]): Promise<void>;
  close(error?: Error): Promise<void>;
  discard(): void;
}

let isMended = false;

/**
 * Sockets that the client has no use for are closed, and their end is not reported. For all connections of the process.
 */
export function closeForgottenSockets(): void {
  if (isMended) return;
  isMended = true;
  // A private module, without types.
  const path = "nats/lib/src/node_transport.js";
  const client = createRequire(import.meta.url)(path) as {
    readonly NodeTransport: { readonly prototype: NodeTransport };
  };
  const { prototype } = client.NodeTransport;
  const { connect, close } = prototype;
  prototype.discard = function (this: NodeTransport) {
    this.done = true;
    this.socket?.destroy();
  };
  // The client's own does nothing before the server has spoken.
  prototype.close = async function (this: NodeTransport, error) {
    if (this.connected) await close.call(this, error);
    else this.discard();
  };
  prototype.connect = async function (this: NodeTransport, ...args) {
    await connect.apply(this, args);
    if (this.done) this.socket?.destroy();
  };
}
