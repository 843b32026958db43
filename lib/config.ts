/**
 * The configuration: the only place that reads the environment.
 *
 * Each setting is an environment variable with a default, so an empty environment gives a working single node.
 * `docs/configuration.md` is this table in words; a test compares the two.
 */
import { availableParallelism, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { MODEL_NAME } from "./contracts/model.ts";

interface Setting<T> {
  readonly variable: string;
  readonly fallback: T;
  readonly description: string;
  /** Returns the value, or what is expected of it as a sentence fragment. */
  readonly parse: (text: string) => { value: T } | { expected: string };
}

function integer(variable: string, fallback: number, min: number, max: number, description: string): Setting<number> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => {
      const value = Number(text);
      const isValid = text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max;
      return isValid ? { value } : { expected: `a whole number from ${min} to ${max}` };
    },
  };
}

function choice<const T extends string>(
  variable: string,
  fallback: T,
  options: readonly T[],
  description: string,
): Setting<T> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => {
      const value = options.find((option) => option === text);
      return value ? { value } : { expected: `one of ${options.join(", ")}` };
    },
  };
}

function text(variable: string, fallback: string, description: string): Setting<string> {
  return { variable, fallback, description, parse: (value) => ({ value }) };
}

/** What NATS takes as part of a subject and MongoDB as a database. */
function name(variable: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^[\w-]{1,32}$/.test(value) ? { value } : { expected: "1 to 32 letters, digits, - and _" };
  return { variable, fallback, description, parse };
}

function flag(variable: string, fallback: boolean, description: string): Setting<boolean> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => (text === "true" || text === "false" ? { value: text === "true" } : { expected: "true or false" }),
  };
}

/** Secrets of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. Empty, the fallback, is none. */
function webhookSecrets(variable: string, description: string): Setting<string> {
  const isSecret = (text: string) => {
    const base64 = text.slice("whsec_".length);
    const key = Buffer.from(base64, "base64");
    const isKey = key.length >= 24 && key.length <= 64 && key.toString("base64") === base64;
    return text.startsWith("whsec_") && isKey;
  };
  return {
    variable,
    fallback: "",
    description,
    parse: (text) =>
      text.split(" ").every(isSecret)
        ? { value: text }
        : { expected: "whsec_ and the base64 of 24 to 64 bytes, or several of these separated by single spaces" },
  };
}

/** Some of the names, separated by commas. Empty, the fallback, leaves the choice to the command line. */
function list<const T extends string>(
  variable: string,
  options: readonly T[],
  description: string,
): Setting<readonly T[]> {
  return {
    variable,
    fallback: [],
    description,
    parse: (text) => {
      const names = text.split(",").map((name) => name.trim());
      const value = options.filter((option) => names.includes(option));
      const isValid = value.length === names.length;
      return isValid ? { value } : { expected: `a list of names out of ${options.join(", ")}, separated by commas` };
    },
  };
}

/** Names separated by commas. Empty, the fallback, is all. */
function modelNames(variable: string, description: string): Setting<string> {
  const list = new RegExp(`^${MODEL_NAME}(,${MODEL_NAME})*$`);
  return {
    variable,
    fallback: "",
    description,
    parse: (text) => (list.test(text) ? { value: text } : { expected: "names of models, separated by commas" }),
  };
}

/** A URL of one of the schemes. Empty, the fallback, is none. It may name several hosts and hold a password. */
function url(variable: string, schemes: readonly string[], description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (text) =>
      schemes.some((scheme) => text.startsWith(`${scheme}://`) && text.length > `${scheme}://`.length)
        ? { value: text }
        : { expected: schemes.map((scheme) => `${scheme}://…`).join(" or ") },
  };
}

/** As `url`, several separated by commas. */
function urls(variable: string, schemes: readonly string[], description: string): Setting<string> {
  const isUrl = (text: string) => {
    const url = URL.parse(text);
    return url !== null && url.hostname !== "" && schemes.includes(url.protocol.slice(0, -1));
  };
  return {
    variable,
    fallback: "",
    description,
    parse: (text) =>
      text.split(",").every(isUrl)
        ? { value: text }
        : { expected: `${schemes.map((scheme) => `${scheme}://host`).join(" or ")}, or several separated by commas` },
  };
}

/** A secret of at least 32 characters. Empty, the fallback, is none. */
function secret(variable: string, description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (value) => (value.length >= 32 ? { value } : { expected: "at least 32 characters" }),
  };
}

/** An address of HTTP. Empty, the fallback, is none. */
function httpUrl(variable: string, description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? "") ? { value } : { expected: "an http(s) URL" }),
  };
}

const MiB = 2 ** 20;
const MIN_HANG_TIMEOUT_MS = 60_000;
const cores = availableParallelism();
/** What the container allows, or what the machine has. */
const memoryBytes = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());

/** What a process may run: `services/<name>.service.ts`. */
export const serviceNames = [
  "api",
  "jobs",
  "pictures",
  "events",
  "sessions",
  "encodings",
  "collections",
  "monitor",
  "detector",
] as const;

export const settings = {
  host: text("HOST", "0.0.0.0", "Address the HTTP gateway listens on."),
  port: integer("PORT", 8080, 1, 65_535, "Port the HTTP gateway listens on."),
  healthPort: integer(
    "HEALTH_PORT",
    0,
    0,
    65_535,
    "Port on which this node answers probes, at `/healthz` and `/readyz`; 0 is none.",
  ),
  dataDir: text("DATA_DIR", "data", "Folder of the embedded node's data."),
  services: list(
    "SERVICES",
    serviceNames,
    "Services this process runs, names separated by commas; the default is all of them.",
  ),
  natsUrl: urls(
    "NATS_URL",
    ["nats", "tls"],
    "NATS servers that connect the nodes of a cluster, separated by commas. Without it the process is on its own.",
  ),
  mongoUrl: url(
    "MONGO_URL",
    ["mongodb", "mongodb+srv"],
    "MongoDB that keeps the jobs of a cluster. Without it they are kept in the data folder.",
  ),
  clusterName: name(
    "CLUSTER_NAME",
    "sightline",
    "Begins what the cluster is called at NATS and MongoDB, so that several can use the same servers.",
  ),
  streamReplicas: integer(
    "STREAM_REPLICAS",
    1,
    1,
    5,
    "NATS servers that keep a copy of what a cluster stores there. Streams with fewer get more; none is taken away.",
  ),
  logLevel: choice(
    "LOG_LEVEL",
    "info",
    ["fatal", "error", "warn", "info", "debug", "trace"],
    "Least severe level that is logged.",
  ),
  logFormat: choice(
    "LOG_FORMAT",
    "auto",
    ["auto", "json", "text"],
    "Form of the log: a line of JSON for each entry, text for people, or text where the output is a terminal.",
  ),
  validateResults: flag(
    "VALIDATE_RESULTS",
    false,
    "Whether the result of every call between services is checked against its contract; for development and tests.",
  ),
  threads: integer("THREADS", cores, 1, 1024, "Threads of the detector's pool; the default is the number of cores."),
  opencvThreads: integer(
    "OPENCV_THREADS",
    0,
    0,
    1024,
    "Threads OpenCV may use for one image while other cores are idle; 0 is one, or one per core with HAAR_ENGINE=opencv.",
  ),
  haarEngine: choice(
    "HAAR_ENGINE",
    "auto",
    ["auto", "exact", "opencv"],
    "What evaluates the cascade of faces-haar: our own engine, OpenCV's, or ours where it can be had.",
  ),
  queueSize: integer("QUEUE_SIZE", 256, 1, 1_000_000, "Images that may wait for a thread of the detector."),
  imageTimeoutMs: integer(
    "IMAGE_TIMEOUT_MS",
    30_000,
    10,
    3_600_000,
    "Longest time from an image's arrival to its result, in milliseconds.",
  ),
  hangTimeoutMs: integer(
    "HANG_TIMEOUT_MS",
    0,
    0,
    86_400_000,
    "Time after which an image that keeps a thread busy is taken to hang, and the process is replaced, in milliseconds; 0 is twice IMAGE_TIMEOUT_MS, but at least 60000.",
  ),
  maxImageBytes: integer("MAX_IMAGE_BYTES", 32 * MiB, 1, 2 ** 31, "Largest image file, in bytes."),
  maxImagePixels: integer("MAX_IMAGE_PIXELS", 64_000_000, 1, 2 ** 30, "Largest image, in pixels (width × height)."),
  maxSearchWindows: integer(
    "MAX_SEARCH_WINDOWS",
    200_000_000,
    1,
    2 ** 40,
    "Most places that faces-haar looks at in one image, by its size and the options; an eighth with HAAR_ENGINE=opencv. About ten seconds of a core.",
  ),
  imageMemoryBytes: integer(
    "IMAGE_MEMORY_BYTES",
    0,
    0,
    2 ** 42,
    "Memory that large images may take at once while they are decoded and looked at, in bytes: those that would take more wait, one at least is always in work. 0 is half of the memory that the process may have.",
  ),
  maxImagesPerRequest: integer("MAX_IMAGES_PER_REQUEST", 10_000, 1, 10_000_000, "Most images of one request."),
  maxRequestBytes: integer("MAX_REQUEST_BYTES", 1024 * MiB, 1, 2 ** 40, "Largest request body, in bytes."),
  maxJsonBytes: integer("MAX_JSON_BYTES", 64 * MiB, 1, 2 ** 29, "Largest JSON request body, in bytes."),
  dispatchConcurrency: integer(
    "DISPATCH_CONCURRENCY",
    8 * cores,
    1,
    4096,
    "Images of jobs that a node has with detectors at once; the default is eight per core.",
  ),
  maxAttempts: integer("MAX_ATTEMPTS", 3, 1, 100, "Attempts an image of a job gets before it is given up."),
  maxQueuedImages: integer(
    "MAX_QUEUED_IMAGES",
    100_000,
    1,
    100_000_000,
    "Images of jobs that may wait; while there are more, new jobs are refused.",
  ),
  leaseMs: integer(
    "LEASE_MS",
    30_000,
    100,
    86_400_000,
    "Time after which an image that a node took, and never finished, is given to another, in milliseconds.",
  ),
  pictureRetentionMs: integer(
    "PICTURE_RETENTION_MS",
    86_400_000,
    0,
    31_536_000_000,
    "How long pictures of a job that did not succeed are kept for a retry, in milliseconds.",
  ),
  pictureMaxAgeMs: integer(
    "PICTURE_MAX_AGE_MS",
    604_800_000,
    60_000,
    31_536_000_000,
    "How long a cluster keeps a picture at most, even if its job still waits, in milliseconds.",
  ),
  jobRetentionMs: integer(
    "JOB_RETENTION_MS",
    604_800_000,
    1000,
    315_360_000_000,
    "How long jobs and their results are kept after they are over, in milliseconds.",
  ),
  eventRetentionMs: integer(
    "EVENT_RETENTION_MS",
    2_592_000_000,
    1000,
    315_360_000_000,
    "How long events are kept, in milliseconds.",
  ),
  sweepIntervalMs: integer(
    "SWEEP_INTERVAL_MS",
    600_000,
    100,
    86_400_000,
    "Time between two removals of what is past its retention, in milliseconds.",
  ),
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
    "Least rate of an upload while the service waits for it, in bytes; one that is slower for UPLOAD_IDLE_TIMEOUT_MS is ended. 0 for none.",
  ),
  maxUploadBytesInFlight: integer(
    "MAX_UPLOAD_BYTES_IN_FLIGHT",
    256 * MiB,
    1,
    2 ** 40,
    "Most bytes of request bodies and their images that this process holds in memory; beyond it uploads are refused with 503.",
  ),
  drainDelayMs: integer(
    "DRAIN_DELAY_MS",
    0,
    0,
    3_600_000,
    "Time between a stopped node's not being ready any more and its closing the port, for load balancers to notice, in milliseconds.",
  ),
  supervisorPid: integer(
    "SUPERVISOR_PID",
    0,
    0,
    2 ** 31 - 1,
    "Process that started this one and keeps it running, set by `npm start`: when it is gone, the service stops. 0 is none.",
  ),
  shutdownTimeoutMs: integer(
    "SHUTDOWN_TIMEOUT_MS",
    30_000,
    0,
    3_600_000,
    "Time requests in flight get to finish when the node is stopped, in milliseconds.",
  ),
  webhookSecret: webhookSecrets(
    "WEBHOOK_SECRET",
    "Secret that webhooks are signed with, `whsec_` and the base64 of 24 to 64 bytes; several, separated by spaces, while one replaces another. Without it jobs with a `callbackUrl` are refused.",
  ),
  webhookAllowPrivate: flag(
    "WEBHOOK_ALLOW_PRIVATE",
    false,
    "Whether webhooks may go to addresses that are not public, such as those of the local network.",
  ),
  webhookRetryMs: integer(
    "WEBHOOK_RETRY_MS",
    86_400_000,
    0,
    2_592_000_000,
    "Time in which a webhook that fails is tried again, in milliseconds.",
  ),
  webhookTimeoutMs: integer(
    "WEBHOOK_TIMEOUT_MS",
    10_000,
    10,
    600_000,
    "Longest time of one attempt to deliver a webhook, in milliseconds.",
  ),
  otlpEndpoint: text(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "",
    "Base URL of an OpenTelemetry collector (OTLP over HTTP) that gets traces; none are made without it.",
  ),
  tracePercent: integer(
    "TRACE_PERCENT",
    100,
    0,
    100,
    "Of the traces that begin at this service, how many of a hundred are recorded.",
  ),
  modelsDir: text(
    "MODELS_DIR",
    "",
    "Folder of the model files, where `sightline models pull` puts them; the default is `models` in DATA_DIR.",
  ),
  models: modelNames("MODELS", "Models this process serves, by name, separated by commas; the default is all of them."),
  modelsManifest: text("MODELS_MANIFEST", "", "File with models of your own: see docs/models.md."),
  networkThreads: integer(
    "NETWORK_THREADS",
    1,
    1,
    64,
    "Threads of one neural network, in each thread of the detector.",
  ),
  sessionSecret: secret(
    "SESSION_SECRET",
    "Secret that the keys of sessions are hashed with, of at least 32 characters; without it one is made at the first start and kept with the data. Another secret makes all keys unknown.",
  ),
  requireKey: flag(
    "REQUIRE_KEY",
    false,
    "Whether every request to /process, /v1 and the other paths that take or give data needs a session's key.",
  ),
  sessionsPerMinute: integer(
    "SESSIONS_PER_MINUTE",
    600,
    0,
    1_000_000,
    "Keys handed out to one client address in a minute; 0 for no limit.",
  ),
  requestsPerMinute: integer(
    "REQUESTS_PER_MINUTE",
    60_000,
    0,
    100_000_000,
    "Requests of one key in a minute; 0 for no limit.",
  ),
  proxyHops: integer(
    "PROXY_HOPS",
    0,
    0,
    16,
    "Proxies in front of the gateway that add to X-Forwarded-For; with 0 the header is not believed.",
  ),
  encoderUrl: httpUrl(
    "ENCODER_URL",
    "URL of a remote encoder of faces, which takes the place of the model face-encoding.",
  ),
  encoderVersion: text(
    "ENCODER_VERSION",
    "remote",
    "Version of the remote encoder's model; change it when the encoder gives other vectors than before.",
  ),
  encoderTimeoutMs: integer(
    "ENCODER_TIMEOUT_MS",
    10_000,
    10,
    600_000,
    "Longest time the remote encoder may take for a picture, repeated attempts included, in milliseconds.",
  ),
  encodingRetentionMs: integer(
    "ENCODING_RETENTION_MS",
    2_592_000_000,
    1000,
    315_360_000_000,
    "How long an encoding that nobody asked for again is kept to answer for its picture, in milliseconds.",
  ),
} satisfies Record<string, Setting<string> | Setting<number> | Setting<boolean> | Setting<readonly string[]>>;

type Value<S> = S extends Setting<infer T> ? T : never;
export type Config = { readonly [Name in keyof typeof settings]: Value<(typeof settings)[Name]> };

/** Names every setting at fault, without the values: they may be secrets. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`The configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

/**
 * An empty variable counts as unset: that is what Compose makes of `VAR: ${VAR:-}` and Kubernetes of an empty entry.
 * @throws ConfigError naming all settings at fault together.
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const entries = Object.entries(settings).map(([name, setting]) => {
    const given = environment[setting.variable];
    if (!given) return [name, setting.fallback];
    const parsed = setting.parse(given);
    if ("value" in parsed) return [name, parsed.value];
    faults.push(`${setting.variable} must be ${parsed.expected}`);
    return [name, setting.fallback];
  });
  if (environment.MONGO_URL && !environment.NATS_URL)
    faults.push("NATS_URL must be set where MONGO_URL is: a cluster needs both");
  if (faults.length > 0) throw new ConfigError(faults);
  const values = Object.fromEntries(entries) as Config;
  const dataDir = resolve(values.dataDir);
  const modelsDir = resolve(values.modelsDir || join(dataDir, "models"));
  // Only the cascade is work enough to be shared between threads.
  const opencvThreads = values.opencvThreads || (values.haarEngine === "opencv" ? cores : 1);
  const imageMemoryBytes = values.imageMemoryBytes || Math.floor(memoryBytes / 2);
  // A thread begins an image within its time, and takes less than as long again: its work is bounded.
  const hangTimeoutMs = values.hangTimeoutMs || Math.max(2 * values.imageTimeoutMs, MIN_HANG_TIMEOUT_MS);
  return Object.freeze({ ...values, dataDir, modelsDir, opencvThreads, imageMemoryBytes, hangTimeoutMs });
}

export const config: Config = loadConfig(process.env);
