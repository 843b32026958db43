/** All parts of a cluster on this machine: NATS, a database, a gateway, two nodes for jobs, two detectors. */
import { setTimeout as sleep } from "node:timers/promises";
import { type MongoServer, prepareMongoServer, startMongoServer } from "./mongo-server.ts";
import { type NatsServer, startNatsServer } from "./nats-server.ts";
import { freePort, type RunningProcess, startProcess } from "./service.ts";

const READY_WITHIN_MS = 100_000;
const RESTART_AFTER_MS = 500;
const LINES_OF_END = 20;
const DETECTORS = 2;
await prepareMongoServer();

/** A node that is restarted when it ends, like by an orchestrator. */
export interface SupervisedNode {
  readonly name: string;
  /** The current process. */
  readonly current: RunningProcess;
  /** Errors logged by all its processes. */
  errors(): string[];
  /** How its processes ended unexpectedly: an exit code or a signal for each, and the end of its log. */
  readonly ends: readonly string[];
  /** `kill -9`, followed by a start after the pause. */
  kill(pauseMs?: number): Promise<void>;
  /** `SIGTERM`, followed by a start once the process has exited. @returns the exit code. */
  restart(): Promise<number | null>;
  /** `SIGTERM` without a restart. */
  stop(): Promise<void>;
}

/** All parts of the cluster except NATS. */
export interface SupervisedNodes {
  readonly url: string;
  readonly mongo: MongoServer;
  readonly nodes: readonly SupervisedNode[];
  /** Waits until the gateway reports this many threads. */
  whenReady(threads: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SupervisedCluster extends SupervisedNodes {
  readonly nats: NatsServer;
}

export interface NodeSettings {
  /** Further settings of single nodes, by the node's name. */
  readonly ofNodes?: Readonly<Record<string, NodeJS.ProcessEnv>>;
  /**
   * Whether nodes with jobs are also the detectors. That makes three processes instead of five, if it does not matter
   * that a job node and a detector end together.
   */
  readonly areTogether?: boolean;
  /** Threads of each detector. */
  readonly threads?: number;
}

/** @returns undefined if no database is available. */
export async function startSupervisedCluster(
  environment: NodeJS.ProcessEnv = {},
  settings: NodeSettings = {},
): Promise<SupervisedCluster | undefined> {
  const nats = await startNatsServer();
  const nodes = await startSupervisedNodes(nats.url, environment, settings).catch(async (error) => {
    await nats.stop();
    throw error;
  });
  if (!nodes) await nats.stop();
  return (
    nodes && {
      ...nodes,
      nats,
      async stop() {
        await nodes.stop();
        await nats.stop();
      },
    }
  );
}

/**
 * @param natsUrl URL of the servers, which the caller must stop.
 * @returns undefined if no database is available.
 */
export async function startSupervisedNodes(
  natsUrl: string,
  environment: NodeJS.ProcessEnv = {},
  { ofNodes = {}, areTogether = false, threads = 1 }: NodeSettings = {},
): Promise<SupervisedNodes | undefined> {
  const mongo = await startMongoServer();
  if (!mongo) return undefined;
  const port = environment.PORT ?? String(await freePort());
  const mongoUrl = new URL("sightline", `${mongo.url}/`).href;
  const common = { NATS_URL: natsUrl, MONGO_URL: mongoUrl, THREADS: String(threads), ...environment };
  const node = (name: string, more: NodeJS.ProcessEnv) => supervise(name, { ...common, ...more, ...ofNodes[name] });
  const keepers = "jobs,pictures,events,monitor,sessions,keys,encodings,collections";
  const jobs = areTogether ? `${keepers},detector` : keepers;
  const nodes = [
    node("api", { SERVICES: "api", PORT: port }),
    node("jobs 1", { SERVICES: jobs }),
    node("jobs 2", { SERVICES: jobs }),
    ...(areTogether ? [] : ["detector 1", "detector 2"]).map((name) => node(name, { SERVICES: "detector" })),
  ];
  const url = `http://127.0.0.1:${port}`;
  const cluster: SupervisedNodes = {
    url,
    mongo,
    nodes,
    async whenReady(threads) {
      const deadline = Date.now() + READY_WITHIN_MS;
      while ((await threadsOf(url)) !== threads) {
        if (Date.now() > deadline) throw new Error(`The cluster did not get ready:\n${logs(nodes)}`);
        await sleep(50);
      }
    },
    async stop() {
      await Promise.all(nodes.map(({ stop }) => stop()));
      await mongo.stop();
    },
  };
  try {
    await cluster.whenReady(DETECTORS * threads);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

/** @param runBy See `startProcess`. */
export function supervise(name: string, environment: NodeJS.ProcessEnv, runBy: readonly string[] = []): SupervisedNode {
  const ends: string[] = [];
  const lives: RunningProcess[] = [];
  let isAsked = false;
  const live = () => {
    const life = startProcess(environment, undefined, runBy);
    lives.push(life);
    isAsked = false;
    life.process.once("exit", async (code, signal) => {
      if (isAsked) return;
      ends.push([signal ?? code, ...life.log.slice(-LINES_OF_END)].join("\n"));
      await sleep(RESTART_AFTER_MS);
      if (life === current && !isAsked) current = live();
    });
    return life;
  };
  let current = live();
  let isOver = false;
  const liveAgain = () => {
    if (!isOver) current = live();
  };
  return {
    name,
    ends,
    get current() {
      return current;
    },
    errors: () => lives.flatMap(({ log }) => log.filter((line) => /"level":[56]0/.test(line))),
    async kill(pauseMs = 0) {
      isAsked = true;
      await current.kill();
      await sleep(pauseMs);
      liveAgain();
    },
    async restart() {
      isAsked = true;
      const code = await current.stop();
      liveAgain();
      return code;
    },
    async stop() {
      isOver = true;
      isAsked = true;
      const { process: child } = current;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const killing = setTimeout(() => child.kill("SIGKILL"), 20_000);
      await current.stop();
      clearTimeout(killing);
    },
  };
}

async function threadsOf(url: string): Promise<number> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const { threads = 0 } = (await response.json()) as { threads?: number };
    return threads;
  } catch {
    return 0;
  }
}

export function logs(nodes: readonly SupervisedNode[]): string {
  return nodes.map(({ name, current }) => `${name}:\n${current.log.slice(-15).join("\n")}`).join("\n\n");
}
