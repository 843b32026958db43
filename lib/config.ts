/**
 * The configuration. Only this file reads the environment.
 *
 * Each setting is an environment variable with a default, so an empty environment gives a working single node.
 * `docs/configuration.md` documents the settings; a test compares the two.
 */
import { join, resolve } from "node:path";
import { type Access, accessOf, accessSettings } from "./settings/access.ts";
import { blobStoreSettings } from "./settings/blob-store.ts";
import { detectionSettings } from "./settings/detection.ts";
import { imageUrlsSettings } from "./settings/image-urls.ts";
import { jobsSettings } from "./settings/jobs.ts";
import { kafkaFaults, kafkaSettings } from "./settings/kafka.ts";
import { cores, defaultConnections, memoryBytes, openFiles } from "./settings/machine.ts";
import { type Misspelt, misspeltSettings } from "./settings/misspelt.ts";
import { nodeSettings, statelessServices } from "./settings/node.ts";
import { requestsSettings } from "./settings/requests.ts";
import type { Setting } from "./settings/setting.ts";
import { StartFailure } from "./start-failure.ts";

export { serviceNames } from "./settings/node.ts";

/** More than one task per thread: the thread starts the next task while the outcome of the previous one is stored. */
const TASKS_PER_THREAD = 1.5;
const MIN_HANG_TIMEOUT_MS = 60_000;

export const settings = {
  ...nodeSettings,
  ...accessSettings,
  ...requestsSettings,
  ...imageUrlsSettings,
  ...detectionSettings,
  ...jobsSettings,
  ...blobStoreSettings,
  ...kafkaSettings,
} satisfies Record<
  string,
  | Setting<string>
  | Setting<number>
  | Setting<number | "auto">
  | Setting<boolean>
  | Setting<readonly string[]>
  | Setting<readonly number[]>
>;

type Value<S> = S extends Setting<infer T> ? T : never;
type Values = { readonly [Name in keyof typeof settings]: Value<(typeof settings)[Name]> };

/** Values that follow from several settings. */
interface Derived {
  /** Whether requests need a key. */
  readonly access: Access;
  /** Whether opening a session needs one. */
  readonly sessions: "open" | "keys";
  /** 0 means no limit. */
  readonly anonymousRequestsPerMinute: number;
  readonly dataDir: string;
  readonly modelsDir: string;
  readonly services: Values["services"];
  readonly processes: number;
  /** The share of this process, as are the next three. */
  readonly threads: number;
  readonly opencvThreads: number;
  readonly imageMemoryBytes: number;
  readonly maxConnections: number;
  readonly hangTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly maxQueuedImagesPerOwner: number;
  /** Minimum number of job tasks in work at the same time, see `DispatcherSettings`. */
  readonly dispatchTasks: number;
}
export type Config = Omit<Values, keyof Derived> & Derived;

/** Default limit on requests without a key. Where all requests need a key, few have none, and those are refused. */
const ANONYMOUS_REQUESTS_PER_MINUTE = { keys: 6_000, off: 600_000, local: 0 } as const satisfies Record<Access, number>;

/** Lists all invalid settings, without their values, which may be secrets. */
export class ConfigError extends StartFailure {
  override readonly name = "ConfigError";

  constructor(faults: readonly string[]) {
    super(`The configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}

/**
 * An empty variable counts as unset: Compose's `VAR: ${VAR:-}` and Kubernetes's empty entries produce one.
 * @throws ConfigError listing all invalid settings.
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const { values, faults } = parse(environment);
  faults.push(...contradictions(environment), ...samePorts(values));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze({ ...values, ...derive(values) });
}

function parse(environment: NodeJS.ProcessEnv): { values: Values; faults: string[] } {
  const faults: string[] = [];
  const entries = Object.entries(settings).map(([name, setting]) => {
    const given = environment[setting.variable];
    if (!given) return [name, setting.fallback];
    const parsed = setting.parse(given);
    if ("value" in parsed) return [name, parsed.value];
    faults.push(`${setting.variable} must be ${parsed.expected}`);
    return [name, setting.fallback];
  });
  return { values: Object.fromEntries(entries), faults };
}

/** Faults of settings that do not fit each other, or the machine. */
function contradictions(environment: NodeJS.ProcessEnv): string[] {
  const faults: string[] = [];
  if (environment.MONGO_URL && !environment.NATS_URL)
    faults.push("NATS_URL must be set where MONGO_URL is: a cluster needs both");
  if (Boolean(environment.NATS_CERT_FILE) !== Boolean(environment.NATS_KEY_FILE))
    faults.push("NATS_CERT_FILE and NATS_KEY_FILE must be set together");
  if (environment.NATS_NKEY_FILE && environment.NATS_CREDS_FILE)
    faults.push("NATS_NKEY_FILE and NATS_CREDS_FILE must not be set together");
  // If this were ignored, a service that used to be closed would be open.
  if (environment.REQUIRE_KEY && environment.REQUIRE_KEY !== "false")
    faults.push(
      "REQUIRE_KEY is no setting any more: AUTH=keys has its place, with SESSIONS=open if all may have a key",
    );
  // Otherwise the system would refuse connections before the service reaches its own limit.
  if (Number(environment.MAX_CONNECTIONS) >= openFiles)
    faults.push(`MAX_CONNECTIONS must be less than the ${openFiles} files that a process may have open (ulimit -n)`);
  faults.push(...kafkaFaults(environment));
  if (environment.BLOB_STORE === "s3") faults.push(...faultsOfS3(environment));
  return faults;
}

/**
 * Servers of one process cannot share a port. The system would report that another program uses it. The gateway and
 * gRPC run only where `api` does.
 */
function samePorts({ services, port, grpcPort, healthPort }: Values): string[] {
  if (services.length > 0 && !services.includes("api")) return [];
  const given = Object.entries({ PORT: port, GRPC_PORT: grpcPort, HEALTH_PORT: healthPort }).filter(
    ([, one]) => one > 0,
  );
  return given.flatMap(([name, one], index) =>
    given
      .slice(index + 1)
      .filter(([, other]) => other === one)
      .map(([other]) => `${name} and ${other} must be different ports`),
  );
}

function derive(values: Values): Derived {
  const access = accessOf(values);
  const sessions = access === "keys" ? "keys" : "open";
  const dataDir = resolve(values.dataDir);
  const processes = values.processSocket ? values.processes : 1;
  const coresOfProcess = Math.max(1, Math.floor(cores / processes));
  return {
    access,
    sessions: orElse(values.sessions, sessions),
    anonymousRequestsPerMinute: orElse(values.anonymousRequestsPerMinute, ANONYMOUS_REQUESTS_PER_MINUTE[access]),
    dataDir,
    modelsDir: resolve(values.modelsDir || join(dataDir, "models")),
    services: values.processIndex > 0 ? statelessServices : values.services,
    processes,
    threads: shareOf(values.threads, processes, values.processIndex),
    // Only the cascade benefits from OpenCV's own threads.
    opencvThreads: orElse(values.opencvThreads, values.haarEngine === "opencv" ? coresOfProcess : 1),
    imageMemoryBytes: Math.floor(orElse(values.imageMemoryBytes, memoryBytes / 2) / processes),
    maxConnections: orElse(values.maxConnections, defaultConnections(openFiles, memoryBytes / processes)),
    // An image starts within its timeout and then takes less than the timeout again, as its work is bounded.
    hangTimeoutMs: orElse(values.hangTimeoutMs, Math.max(2 * values.imageTimeoutMs, MIN_HANG_TIMEOUT_MS)),
    // Only half of the timeout is for the wait, because the rate may fall after an image was admitted.
    maxWaitMs: orElse(values.maxWaitMs, Math.floor(values.imageTimeoutMs / 2)),
    maxQueuedImagesPerOwner: orElse(values.maxQueuedImagesPerOwner, Math.ceil(values.maxQueuedImages / 2)),
    // The number of threads of a cluster's detectors is not known here.
    dispatchTasks: values.natsUrl ? 1 : Math.ceil(TASKS_PER_THREAD * values.threads),
  };
}

/** The value of a setting, or what it is by default if that is `auto`. */
function orElse<T extends string | number>(value: T | "auto", automatic: T): T {
  return value === "auto" ? automatic : value;
}

function faultsOfS3({ S3_ENDPOINT, S3_BUCKET, ...environment }: NodeJS.ProcessEnv): string[] {
  const missing = Object.entries({ S3_ENDPOINT, S3_BUCKET }).filter(([, value]) => !value);
  const { S3_CREDENTIALS_FILE: file, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = environment;
  return [
    ...missing.map(([name]) => `${name} must be set where BLOB_STORE is s3`),
    ...(file || (id && secret)
      ? []
      : ["S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or S3_CREDENTIALS_FILE, must be set where BLOB_STORE is s3"]),
  ];
}

/** The threads of one process, at least one. If they cannot be divided equally, the first processes get one more. */
function shareOf(threads: number, processes: number, index: number): number {
  return Math.max(1, Math.floor(threads / processes) + (index < threads % processes ? 1 : 0));
}

export const config: Config = loadConfig(process.env);
export const misspelt: readonly Misspelt[] = misspeltSettings(
  process.env,
  Object.values(settings).map(({ variable }) => variable),
);
