/**
 * Corrects a fault of the NATS client (2.29.3). If a server accepts a connection but is silent for too long, because it
 * hangs or is cut off, the client tries another server and forgets the first socket without closing it. When that
 * socket finally closes, the client mistakes it for its connection, connects once more, and forgets the socket that it
 * had. That socket stays subscribed, so from then on the process receives every message twice.
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
 * Closes sockets that the client no longer uses, and does not report their end. Applies to all connections of the
 * process.
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
  // The client's own method does nothing before the server has sent something.
  prototype.close = async function (this: NodeTransport, error) {
    if (this.connected) await close.call(this, error);
    else this.discard();
  };
  prototype.connect = async function (this: NodeTransport, ...args) {
    await connect.apply(this, args);
    if (this.done) this.socket?.destroy();
  };
}
