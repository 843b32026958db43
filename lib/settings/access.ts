/** Access settings: who may use the service, from where. */
import { BlockList, isIP } from "node:net";
import { hostNames, origins } from "./address.ts";
import { adminKey, choice, flag, integer } from "./setting.ts";

export const accessSettings = {
  auth: choice(
    "AUTH",
    "auto",
    ["auto", "keys", "off"],
    "Whether requests need a key: `keys` for all, `off` for none, or `auto`, which is `keys` where HOST is not a loopback address, ADMIN_KEY is set, or PROXY_HOPS is not 0.",
  ),
  adminKey: adminKey(
    "ADMIN_KEY",
    "Key that may do everything, of 32 to 256 printable ASCII characters without spaces. Without it, one is made when the first key is needed, and printed once. In a cluster, set it on the nodes with `keys`.",
  ),
  sessions: choice(
    "SESSIONS",
    "auto",
    ["auto", "open", "keys"],
    "Who may open a session: everybody (`open`), those with a key (`keys`), or `auto`, which is `open` where requests need no key.",
  ),
  sessionMaxIdleMs: integer(
    "SESSION_MAX_IDLE_MS",
    7_776_000_000,
    0,
    315_360_000_000,
    "Time without use after which a session ends and everything that belongs to it is erased, in milliseconds; 0 means never. This does not apply to the data of client keys.",
  ),
  allowedHosts: hostNames(
    "ALLOWED_HOSTS",
    "Host names that requests may be sent to, separated by commas, in addition to IP addresses and localhost. The default is any name if requests need a key, names without a dot with `AUTH=off`, and otherwise none.",
  ),
  auditLog: flag(
    "AUDIT_LOG",
    true,
    "Whether actions of administrators, data of others that they read, and accesses to face vectors are recorded in the audit log.",
  ),
  auditRetentionMs: integer(
    "AUDIT_RETENTION_MS",
    31_536_000_000,
    1000,
    315_360_000_000,
    "How long entries of the audit log are kept, in milliseconds.",
  ),
  corsOrigins: origins(
    "CORS_ORIGINS",
    "Origins, separated by commas, whose pages may use the service from a browser, such as `https://app.example.com`. Without it none may.",
  ),
};

/**
 * Whether requests need a key.
 * - `keys`: all requests do.
 * - `local`: none does, because only this machine reaches the service.
 * - `off`: none does, although others reach the service.
 */
export type Access = "keys" | "local" | "off";

interface Reach {
  readonly host: string;
  readonly auth: "auto" | "keys" | "off";
  readonly adminKey: string;
  readonly proxyHops: number;
}

export function accessOf({ host, auth, adminKey, proxyHops }: Reach): Access {
  const isLocal = isLoopback(host) && proxyHops === 0;
  if (auth === "off") return isLocal ? "local" : "off";
  return auth === "auto" && isLocal && adminKey === "" ? "local" : "keys";
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether only this machine reaches an address. */
function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === "localhost";
  return loopback.check(host, family === 6 ? "ipv6" : "ipv4");
}
