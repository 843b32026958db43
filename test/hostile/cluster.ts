/** A real cluster whose parts are hosts of a network: three NATS servers, a database, and two nodes of each kind. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ADMIN_KEY } from "../support/key-client.ts";
import { type MongoServer, startMongoServer } from "../support/mongo-server.ts";
import { areHealthy } from "../support/nats-cluster.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type SupervisedNode, supervise } from "../support/supervised-cluster.ts";
import { DATABASE, DETECTORS, GATEWAYS, HOSTS, KEEPERS, NATS, NODES } from "./faults.ts";
import { Network } from "./network.ts";

const PORT = 8080;
const NATS_PORT = 4222;
const ROUTE_PORT = 6222;
const MONITOR_PORT = 8222;
/** Of the disks of NATS and of the database, each of which is a file system of its own. */
const DISK_MIB = 400;
const KEEPERS_SERVICES = "jobs,pictures,events,monitor,sessions,keys,encodings,collections";
const preload = join(import.meta.dirname, "../support/shifted-clock.ts");

export class HostileCluster {
  readonly network: Network;
  readonly nats: ReadonlyMap<string, NatsServer>;
  readonly database: MongoServer;
  readonly nodes: ReadonlyMap<string, SupervisedNode>;
  readonly #folder: string;

  private constructor(
    network: Network,
    folder: string,
    nats: ReadonlyMap<string, NatsServer>,
    database: MongoServer,
    nodes: ReadonlyMap<string, SupervisedNode>,
  ) {
    this.network = network;
    this.nats = nats;
    this.database = database;
    this.nodes = nodes;
    this.#folder = folder;
  }

  /** @throws if there is no database that can be killed, or no right to make networks. */
  static async start(): Promise<HostileCluster> {
    const folder = mkdtempSync(join(tmpdir(), "sightline-hostile-"));
    const network = new Network(HOSTS);
    const nats = new Map(
      await Promise.all(NATS.map(async (host) => [host, await startNats(host, network, mount(folder, host))] as const)),
    );
    const database = await startMongoServer({
      host: network.addressOf(DATABASE),
      folder: mount(folder, DATABASE),
      runBy: network.runOn(DATABASE),
    });
    if (!database?.keepsData) throw new Error("There is no database that keeps its data when it is killed.");
    const natsUrl = NATS.map((host) => `nats://${network.addressOf(host)}:${NATS_PORT}`).join(",");
    const nodes = new Map(
      NODES.map((host) => {
        const environment = {
          ...settingsOf(host, network.addressOf(host)),
          NATS_URL: natsUrl,
          MONGO_URL: new URL("sightline", `${database.url}/`).href,
          NODE_OPTIONS: `--import=${preload}`,
          CLOCK_SHIFT: join(folder, `${host}.clock`),
        };
        return [host, supervise(host, environment, network.runOn(host))] as const;
      }),
    );
    return new HostileCluster(network, folder, nats, database, nodes);
  }

  urlOf(gateway: string): string {
    return `http://${this.network.addressOf(gateway)}:${PORT}`;
  }

  /** Of the file that has the milliseconds by which the host's clock is wrong. */
  clockOf(host: string): string {
    return join(this.#folder, `${host}.clock`);
  }

  /** Where the host, a NATS server or the database, has its data. */
  diskOf(host: string): string {
    return join(this.#folder, host);
  }

  /** Waits until each gateway knows the threads of all detectors, and each NATS server is in sync. */
  async whenReady(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    const isReady = async () => {
      const isNatsHealthy = await areHealthy(
        NATS.map((host) => `http://${this.network.addressOf(host)}:${MONITOR_PORT}`),
      );
      const threads = await Promise.all(GATEWAYS.map((host) => threadsOf(this.urlOf(host))));
      return isNatsHealthy && threads.every((count) => count === DETECTORS.length);
    };
    while (!(await isReady())) {
      if (Date.now() > deadline) throw new Error(`The cluster did not get ready:\n${this.logs()}`);
      await sleep(200);
    }
  }

  logs(): string {
    return [...this.nodes].map(([host, { current }]) => `${host}:\n${current.log.slice(-15).join("\n")}`).join("\n\n");
  }

  async stop(): Promise<void> {
    await Promise.all([...this.nodes.values()].map((node) => node.stop()));
    await this.database.stop().catch(() => {});
    for (const server of this.nats.values()) await server.stop().catch(() => {});
    for (const host of [...NATS, DATABASE]) execFileSync("umount", [this.diskOf(host)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function settingsOf(host: string, address: string): NodeJS.ProcessEnv {
  // Leases short enough to run out during the test. Attempts that count are lost to faults, not to images.
  const common = {
    HOST: address,
    STREAM_REPLICAS: "3",
    LEASE_MS: "5000",
    IMAGE_TIMEOUT_MS: "20000",
    LOG_LEVEL: "warn",
  };
  if (GATEWAYS.some((name) => name === host)) return { ...common, SERVICES: "api", PORT: String(PORT) };
  if (KEEPERS.some((name) => name === host))
    return { ...common, SERVICES: KEEPERS_SERVICES, ADMIN_KEY, MAX_ATTEMPTS: "50" };
  return { ...common, SERVICES: "detector", THREADS: "1" };
}

/** A file system in memory that can become full. */
function mount(folder: string, host: string): string {
  const path = join(folder, host);
  mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MIB}m`, "tmpfs", path]);
  const data = join(path, "data");
  mkdirSync(data);
  return data;
}

async function startNats(host: string, network: Network, folder: string): Promise<NatsServer> {
  const own = network.addressOf(host);
  const routes = NATS.map((name) => `nats://${network.addressOf(name)}:${ROUTE_PORT}`).join(",");
  const cluster = ["--cluster_name", "sightline", "--cluster", `nats://${own}:${ROUTE_PORT}`, "--routes", routes];
  const args = ["--name", host, ...cluster, "--http_port", String(MONITOR_PORT), "--no_advertise"];
  return startNatsServer({ host: own, port: NATS_PORT, folder, args, runBy: network.runOn(host) });
}

async function threadsOf(url: string): Promise<number> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? (((await response.json()) as { threads?: number }).threads ?? 0) : 0;
  } catch {
    return 0;
  }
}
