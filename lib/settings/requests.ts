/** Request settings: sizes, rates and sessions. */
import { basePath } from "./address.ts";
import { memoryBytes } from "./machine.ts";
import { integer, integerOrAuto, secret } from "./setting.ts";

const MiB = 2 ** 20;

export const requestsSettings = {
  maxConnections: integerOrAuto(
    "MAX_CONNECTIONS",
    10,
    1_000_000,
    "Most connections of clients that this process has open, of HTTP and gRPC together; beyond that, the one that has been without a request for longest is closed. `auto` is 10000, but at most half of the files that the process may have open (`ulimit -n`), and one for each 512 KiB of its share of the memory.",
  ),
  maxImageBytes: integer("MAX_IMAGE_BYTES", 32 * MiB, 1, 2 ** 31 - 1, "Largest image file, in bytes."),
  maxImagesPerRequest: integer("MAX_IMAGES_PER_REQUEST", 10_000, 1, 10_000_000, "Most images in one request."),
  maxRequestBytes: integer("MAX_REQUEST_BYTES", 1024 * MiB, 1, 2 ** 40, "Largest request body, in bytes."),
  maxJsonBytes: integer("MAX_JSON_BYTES", 64 * MiB, 1, 2 ** 29, "Largest JSON request body, in bytes."),
  uploadIdleTimeoutMs: integer(
    "UPLOAD_IDLE_TIMEOUT_MS",
    30_000,
    10,
    3_600_000,
    "Longest pause in an upload, in milliseconds.",
  ),
  minUploadBytesPerSecond: integer(
    "MIN_UPLOAD_BYTES_PER_SECOND",
    1000,
    0,
    2 ** 30,
    "Lowest rate of an upload while the service waits for it, in bytes per second; an upload that is slower for UPLOAD_IDLE_TIMEOUT_MS is aborted. 0 means no limit.",
  ),
  maxUploadBytesInFlight: integer(
    "MAX_UPLOAD_BYTES_IN_FLIGHT",
    Math.min(256 * MiB, Math.floor(memoryBytes / 8)),
    1,
    2 ** 40,
    "Most bytes of request bodies and their images that this process keeps in memory; beyond that, uploads wait, or are refused with 503, first those of the client that holds most. The default is 256 MiB, but at most an eighth of the memory that the service may use.",
  ),
  sessionSecret: secret(
    "SESSION_SECRET",
    "Secret that hashes keys and the keys of sessions, of at least 32 characters. Without it, one is generated at the first start and stored with the data. Changing it invalidates all keys.",
  ),
  sessionsPerMinute: integer(
    "SESSIONS_PER_MINUTE",
    600,
    0,
    1_000_000,
    "Sessions that one client address may open in a minute; 0 means no limit. An IPv6 network of 64 bits counts as one address.",
  ),
  requestsPerMinute: integer(
    "REQUESTS_PER_MINUTE",
    600_000,
    0,
    100_000_000,
    "Requests that the owner of a key, or a session, may send in a minute, to all gateways together; 0 means no limit.",
  ),
  anonymousRequestsPerMinute: integerOrAuto(
    "ANONYMOUS_REQUESTS_PER_MINUTE",
    0,
    100_000_000,
    "Requests without a key that one client address may send in a minute, to all gateways together; 0 means no limit. `auto` is 6000 if requests need a key, 600000 with `AUTH=off`, and 0 if only this machine can reach the service.",
  ),
  failedKeysPerMinute: integer(
    "FAILED_KEYS_PER_MINUTE",
    60,
    0,
    1_000_000,
    "Wrong keys of one client address that are looked up in a minute; beyond that, the address can only use keys that the gateway already knows. 0 means no limit.",
  ),
  proxyHops: integer(
    "PROXY_HOPS",
    0,
    0,
    16,
    "Number of proxies in front of the gateway that add to X-Forwarded-For; with 0 that header is ignored, and so is X-Forwarded-Prefix.",
  ),
  basePath: basePath(
    "BASE_PATH",
    "Path under which clients reach the service, such as `/vision`: all addresses in answers begin with it. It must not be the beginning of one of the service's own paths, such as `/v1`. A proxy may remove it from requests or not. If a proxy sends X-Forwarded-Prefix, that is used instead.",
  ),
};
