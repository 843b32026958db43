/** A TLS server that forwards what it decrypts to a server without TLS, like stunnel. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { pipeline } from "node:stream";
import { createServer } from "node:tls";
import type { Certificates } from "./certificates.ts";
import { freePort } from "./service.ts";

export interface TlsProxy {
  readonly port: number;
  /** Number of connections of clients that have shown a certificate of the authority. */
  readonly authorized: () => number;
  close(): Promise<void>;
}

/** Refuses clients without a certificate of the authority. */
export async function startTlsProxy({ server: own, caFile }: Certificates, targetPort: number): Promise<TlsProxy> {
  const [cert, key, ca] = [own.certFile, own.keyFile, caFile].map((path) => readFileSync(path));
  let authorized = 0;
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true }, (client) => {
    authorized++;
    const target = connect(targetPort, "127.0.0.1");
    for (const socket of [client, target]) sockets.add(socket);
    pipeline(client, target, client, () => {});
  });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port,
    authorized: () => authorized,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
