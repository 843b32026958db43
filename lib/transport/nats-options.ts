import type { ConnectionOptions } from "nats";
import { closeForgottenSockets } from "./nats-sockets.ts";

/** Servers and credentials from comma-separated NATS URLs. The first URL with credentials provides them. */
export function natsOptions(urls: string): ConnectionOptions {
  closeForgottenSockets();
  const parsed = urls.split(",").map((url) => new URL(url));
  const { username = "", password = "" } = parsed.find((url) => url.username !== "") ?? {};
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    servers: parsed.map(({ host }) => host),
    // A name without a password is a token.
    ...(user && (pass ? { user, pass } : { token: user })),
    ...(parsed.some(({ protocol }) => protocol === "tls:") && { tls: {} }),
    // Reconnect to a restarted broker forever, with jitter to spread the load. A broker that rejects our credentials
    // may accept them later.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    ignoreAuthErrorAbort: true,
    // A half-open connection is detected after three pings; then another server may be available.
    pingInterval: 2_000,
    maxPingOut: 2,
    // A hung server still accepts connections.
    timeout: 3_000,
  };
}
