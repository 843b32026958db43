import { type ConnectionOptions, ErrorCode } from "nats";
import type { Config } from "../config.ts";
import { authenticatorOf, type CredentialFiles } from "./nats-credentials.ts";
import { closeForgottenSockets } from "./nats-sockets.ts";

/** Files for connections to NATS, by the names of their settings; an empty path stands for none. */
export type NatsFiles = CredentialFiles & Partial<Pick<Config, "natsCaFile" | "natsCertFile" | "natsKeyFile">>;

/**
 * Servers and credentials from comma-separated NATS URLs, and from files, which are read again at each connect. The
 * first URL with credentials provides them.
 */
export function natsOptions(urls: string, files: NatsFiles = {}): ConnectionOptions {
  closeForgottenSockets();
  const parsed = urls.split(",").map((url) => new URL(url));
  const { username = "", password = "" } = parsed.find((url) => url.username !== "") ?? {};
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  const { natsCaFile: caFile, natsCertFile: certFile, natsKeyFile: keyFile } = files;
  const authenticator = authenticatorOf(files);
  const tls = { ...(caFile && { caFile }), ...(certFile && { certFile }), ...(keyFile && { keyFile }) };
  // With TLS required, a server without it is refused before it has seen a password.
  const needsTls = parsed.some(({ protocol }) => protocol === "tls:") || Object.keys(tls).length > 0;
  return {
    servers: parsed.map(({ host }) => host),
    // A name without a password is a token.
    ...(user && (pass ? { user, pass } : { token: user })),
    ...(authenticator && { authenticator }),
    ...(needsTls && { tls }),
    // Reconnect to a restarted broker forever, with jitter to spread the load. A broker that rejects our credentials
    // may accept them later.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    ignoreAuthErrorAbort: true,
    // A half-open connection is detected after three pings. Then another server may be available.
    pingInterval: 2_000,
    maxPingOut: 2,
    // A hung server still accepts connections.
    timeout: 3_000,
  };
}

/** Why a connection failed, for a log, without credentials. */
export function reasonOf(error: Error & { readonly code?: string }): string {
  return error.code === ErrorCode.ServerOptionNotAvailable ? "the server does not offer TLS" : error.message;
}
