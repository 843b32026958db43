/** A proxy in front of a NATS server that changes the server's version. */
import { startProxy } from "./proxy.ts";

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
  const { disconnect, close, ...started } = await startProxy({ host, port: Number(port) }, (client, upstream) => {
    client.pipe(upstream);
    // Newer servers send their INFO a second time, after the client's CONNECT.
    upstream.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      const changed = text.replace(/(?<=\bINFO \{.*"version":")[^"]*/g, proxy.version);
      client.write(changed, "latin1");
    });
  });
  const proxy: NatsVersionProxy = { url: `nats://127.0.0.1:${started.port}`, version, disconnect, close };
  return proxy;
}
