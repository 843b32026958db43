/**
 * Corrects a fault of the driver (7.9.0 and before). A command that is to be written to a connection which closes at
 * the same moment waits forever: the driver waits for the socket's `drain`, and only an error would end that. The
 * monitor of the server suffers from this if all connections of a process are lost at once, as with the network or a
 * proxy: the driver then does not use the server again.
 */
import { createRequire } from "node:module";

interface Connection {
  readonly error: Error | null;
  once(event: "close", listener: () => void): this;
  off(event: "close", listener: () => void): this;
  writeCommand(...args: unknown[]): Promise<void>;
}

let isMended = false;

/**
 * Makes commands that are being written to a connection fail when it closes. Applies to all clients of the process; may
 * be called several times.
 */
export function failWritesToClosedConnections(): void {
  if (isMended) return;
  isMended = true;
  // A private module, without types.
  const path = "mongodb/lib/cmap/connection.js";
  const driver = createRequire(import.meta.url)(path) as { readonly Connection: { readonly prototype: Connection } };
  const { prototype } = driver.Connection;
  const { writeCommand } = prototype;
  prototype.writeCommand = async function (this: Connection, ...args) {
    const closed = Promise.withResolvers<never>();
    const onClose = () => closed.reject(this.error);
    this.once("close", onClose);
    try {
      await Promise.race([writeCommand.apply(this, args), closed.promise]);
    } finally {
      this.off("close", onClose);
    }
  };
}
