import type { ConnectionOptions } from "nats";

/** Servers and credentials out of NATS URLs, separated by commas. The credentials of the first URL that has some count. */
export function natsOptions(urls: string): ConnectionOptions {
  const parsed = urls.split(",").map((url) => new URL(url));
  const { username = "", password = "" } = parsed.find((url) => url.username !== "") ?? {};
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    servers: parsed.map(({ host }) => host),
    // A name without a password is a token.
    ...(user && (pass ? { user, pass } : { token: user })),
    ...(parsed.some(({ protocol }) => protocol === "tls:") && { tls: {} }),
    // A broker that was restarted is asked again for ever, by all nodes but not by all at once. One that does not
    // know us may learn to.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    ignoreAuthErrorAbort: true,
    // A connection that is dead without saying so is noticed after three of these; then there may be another server.
    pingInterval: 2_000,
    maxPingOut: 2,
    // A server that hangs still accepts connections.
    timeout: 3_000,
  };
}
