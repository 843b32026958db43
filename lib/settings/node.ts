/** Process settings: addresses, services, cluster connections and logs. */
import { httpUrl, urls, urlWithFiles } from "./address.ts";
import { choice, file, flag, integer, LEAST_HANG_MS, list, name, orZero, path, text } from "./setting.ts";

/** Services that a process may run: `services/<name>.service.ts`. */
export const serviceNames = [
  "api",
  "jobs",
  "pictures",
  "events",
  "sessions",
  "keys",
  "encodings",
  "collections",
  "monitor",
  "detector",
] as const;

/** Services of the processes besides the main one: those that need no storage. */
export const statelessServices = ["api", "detector"] as const satisfies readonly (typeof serviceNames)[number][];

export const nodeSettings = {
  host: text(
    "HOST",
    "127.0.0.1",
    "Address that the HTTP gateway listens on. By default, only this machine can reach it. If others can, for example with 0.0.0.0, requests need a key (AUTH).",
  ),
  port: integer("PORT", 8080, 1, 65_535, "Port that the HTTP gateway listens on."),
  grpcPort: integer(
    "GRPC_PORT",
    0,
    0,
    65_535,
    "Port on which the gateway serves the Open Inference Protocol over gRPC, at HOST; 0 means none.",
  ),
  healthPort: integer(
    "HEALTH_PORT",
    0,
    0,
    65_535,
    "Port on which this node answers probes, at `/healthz` and `/readyz`; 0 means none.",
  ),
  dataDir: path(
    "DATA_DIR",
    "data",
    "Folder for the data of a single node, which only the service's user may read: the rights of others on an existing folder are removed, unless it has other things in it.",
  ),
  services: list(
    "SERVICES",
    serviceNames,
    "Services that this process runs, separated by commas; the default is all of them.",
  ),
  processes: integer(
    "PROCESSES",
    1,
    1,
    256,
    "Number of processes that `npm start` runs, which share the port, the threads and the memory for images; the default is one for every four cores, but at most one for every 2 GiB of memory, and there are never more than THREADS. With SERVICES, or in a cluster, there is always one.",
  ),
  natsUrl: urls(
    "NATS_URL",
    ["nats", "tls"],
    "NATS servers that connect the nodes of a cluster, separated by commas. Without it the process runs as a single node.",
  ),
  natsCaFile: file(
    "NATS_CA_FILE",
    "Certificates, in PEM, of the authorities that must have signed the certificates of the NATS servers; the default is those that Node trusts. With this or NATS_CERT_FILE, servers without TLS are refused.",
  ),
  natsCertFile: file(
    "NATS_CERT_FILE",
    "Certificate, in PEM, that the node shows to NATS servers that ask for one, with NATS_KEY_FILE. It is read again at each connect.",
  ),
  natsKeyFile: file("NATS_KEY_FILE", "Private key of NATS_CERT_FILE, in PEM."),
  natsNkeyFile: file(
    "NATS_NKEY_FILE",
    "File with the seed of the node's nkey (`SU…`), instead of a user or a token in NATS_URL. It is read again at each connect.",
  ),
  natsCredsFile: file(
    "NATS_CREDS_FILE",
    "File with the node's credentials (`.creds`: a JWT and a seed), for NATS servers with operators and accounts, instead of a user or a token in NATS_URL. It is read again at each connect.",
  ),
  mongoUrl: urlWithFiles(
    "MONGO_URL",
    ["mongodb", "mongodb+srv"],
    ["tlsCAFile", "tlsCertificateKeyFile"],
    "MongoDB that stores the jobs of a cluster. Without it jobs are stored in the data folder.",
  ),
  clusterName: name(
    "CLUSTER_NAME",
    "sightline",
    "Prefix of the names that the cluster uses in NATS, MongoDB and S3, so that several clusters can share the servers.",
  ),
  streamReplicas: integer(
    "STREAM_REPLICAS",
    1,
    1,
    5,
    "Number of NATS servers that keep a copy of each stream. Streams with fewer replicas get more; the number is never reduced.",
  ),
  logLevel: choice(
    "LOG_LEVEL",
    "info",
    ["fatal", "error", "warn", "info", "debug", "trace"],
    "Least severe level to log.",
  ),
  logFormat: choice(
    "LOG_FORMAT",
    "auto",
    ["auto", "json", "text"],
    "Format of the log: one line of JSON per entry, text for people, or `auto`, which is text on a terminal and JSON elsewhere. Where it is JSON, so is what the service writes to its standard error.",
  ),
  validateResults: flag(
    "VALIDATE_RESULTS",
    false,
    "Whether to check the result of every call between services against its contract; for development and tests.",
  ),
  otlpEndpoint: httpUrl(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "Base URL of an OpenTelemetry collector (OTLP over HTTP) for traces. Without it there are no traces.",
  ),
  tracePercent: integer(
    "TRACE_PERCENT",
    100,
    0,
    100,
    "Percentage of the traces beginning at this service that are recorded.",
  ),
  drainDelayMs: integer(
    "DRAIN_DELAY_MS",
    0,
    0,
    3_600_000,
    "Time between a node's report that it is not ready and the closing of its port when it stops, so that load balancers notice, in milliseconds.",
  ),
  shutdownTimeoutMs: integer(
    "SHUTDOWN_TIMEOUT_MS",
    30_000,
    0,
    3_600_000,
    "Time that requests in flight have to finish when the node stops, in milliseconds.",
  ),
  unresponsiveTimeoutMs: orZero(
    "never",
    integer(
      "UNRESPONSIVE_TIMEOUT_MS",
      60_000,
      LEAST_HANG_MS,
      3_600_000,
      "Time after which the supervisor kills and replaces a process whose main thread does not answer, in milliseconds; 0 means never, for instance to stop the process in a debugger. The time in which the machine is suspended does not count.",
    ),
  ),
  processIndex: integer(
    "PROCESS_INDEX",
    0,
    0,
    255,
    "Number of this process among PROCESSES, set by `npm start`; the main process, which has the data, is 0.",
  ),
  processSocket: text(
    "PROCESS_SOCKET",
    "",
    "Unix socket that connects the processes of one service, set by `npm start`. Without it there is one process.",
  ),
  supervisorPid: integer(
    "SUPERVISOR_PID",
    0,
    0,
    2 ** 31 - 1,
    "Process id of the supervisor, set by `npm start`: when that process is gone, the service stops. 0 means none.",
  ),
};
