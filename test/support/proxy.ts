/** A TCP proxy on loopback. Other proxies, which change what they forward, are based on it. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Proxy {
  readonly port: number;
  /** Closes all connections; clients may connect again. */
  disconnect(): void;
  close(): Promise<void>;
}

/** @param forward Called for each connection. If one side closes, so does the other. */
export async function startProxy(
  target: { readonly host: string; readonly port: number },
  forward: (client: Socket, upstream: Socket) => void,
): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    forward(client, upstream);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    disconnect,
    async close() {
      server.close();
      disconnect();
      await once(server, "close");
    },
  };
}
