/** A proxy in front of a NATS server that changes the version which the server claims. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface NatsVersionProxy {
  readonly url: string;
  /** The version that later connections see. */
  version: string;
  /** Closes all connections; clients may connect again. */
  disconnect(): void;
  close(): Promise<void>;
}

export async function startNatsVersionProxy(natsUrl: string, version: string): Promise<NatsVersionProxy> {
  const { hostname: host, port } = new URL(natsUrl);
  const sockets = new Set<Socket>();
  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect({ host, port: Number(port) });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => from.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    client.pipe(upstream);
    // Newer servers say who they are a second time after the client has.
    upstream.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      const changed = text.replace(/(?<=\bINFO \{.*"version":")[^"]*/g, proxy.version);
      client.write(changed, "latin1");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as { port: number };
  const proxy: NatsVersionProxy = {
    url: `nats://127.0.0.1:${address.port}`,
    version,
    disconnect,
    async close() {
      server.close();
      disconnect();
      await once(server, "close");
    },
  };
  return proxy;
}
