/** Several service processes that are connected by a real NATS server. They can be started, stopped and disrupted. */
import { setTimeout as sleep } from "node:timers/promises";
import { type NatsServer, startNatsServer } from "./nats-server.ts";
import { pace } from "./pace.ts";
import { type RunningProcess, type RunningService, startProcess, startService } from "./service.ts";

const WITHIN_MS = 100_000;

export interface Cluster {
  readonly nats: NatsServer;
  /** The node with the HTTP gateway. */
  readonly front: RunningService;
  /**
   * Starts a process with these services and waits until the gateway's node knows its threads, if it has any. The
   * gateway must already have noticed earlier departures: see `whenThreads`.
   */
  start(services: string, environment?: NodeJS.ProcessEnv): Promise<RunningProcess>;
  /** Threads of all detectors known to the gateway's node. */
  threads(): Promise<number>;
  whenThreads(expected: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ClusterSettings {
  /** Services of the gateway's node; by default all but the detector. */
  readonly services?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly detectors?: number;
  /** Threads of each detector. */
  readonly threads?: number;
  /** Further arguments of `nats-server`. */
  readonly natsArgs?: readonly string[];
}

export async function startCluster({
  services = "api,jobs,events",
  environment = {},
  detectors = 2,
  threads = 1,
  natsArgs = [],
}: ClusterSettings = {}): Promise<Cluster> {
  const nats = await startNatsServer({ args: natsArgs });
  const common = { NATS_URL: nats.url, ...environment };
  const processes: RunningProcess[] = [];
  // Accepts any readiness, because there may be no detectors yet.
  const front = await startService({ ...common, SERVICES: services }, undefined, () => true);
  processes.push(front);

  const cluster: Cluster = {
    nats,
    front,
    async start(names, more = {}) {
      const before = await cluster.threads();
      const started = startProcess({ ...common, SERVICES: names, ...more });
      processes.push(started);
      if (names.includes("detector")) await cluster.whenThreads(before + Number(more.THREADS ?? 1));
      return started;
    },
    async threads() {
      const response = await fetch(`${front.url}/readyz`);
      const { threads: known } = (await response.json()) as { threads?: number };
      return known ?? 0;
    },
    async whenThreads(expected) {
      const deadline = Date.now() + WITHIN_MS;
      while ((await cluster.threads()) !== expected) {
        if (Date.now() > deadline)
          throw new Error(`${await cluster.threads()} threads instead of ${expected}:\n${logs(processes)}`);
        await sleep(50);
      }
    },
    async stop() {
      await Promise.all(
        processes.map(({ process: { exitCode, signalCode }, stop }) =>
          exitCode === null && signalCode === null ? stop() : undefined,
        ),
      );
      await nats.stop();
    },
  };
  for (let i = 0; i < detectors; i++) await cluster.start("detector", { THREADS: String(threads) });
  return cluster;
}

function logs(processes: readonly RunningProcess[]): string {
  return processes.map(({ log }) => log.slice(-20).join("\n")).join("\n---\n");
}

/** `SIGSTOP` for some time: the process exists but does not respond. */
export async function pause({ process: child }: Pick<RunningProcess, "process">, milliseconds: number): Promise<void> {
  child.kill("SIGSTOP");
  await sleep(milliseconds);
  child.kill("SIGCONT");
}

export interface Load {
  /** Outcomes so far: `200`, a problem's code or a connection error's code, with counts. */
  readonly outcomes: Map<string, number>;
  /** Resolves after `count` more requests. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** How long a client avoids a gateway that announced its shutdown. */
const AVOIDED_MS = 3_000;

/**
 * Sends images one after the other on each connection until stopped. With several gateways, fails over to the next on
 * ECONNREFUSED and avoids those that announced their shutdown; any other failure counts.
 */
export function startLoad(
  urls: string | readonly string[],
  images: readonly Uint8Array<ArrayBuffer>[],
  connections = 8,
  path = "/process",
): Load {
  const gateways = [urls].flat();
  const outcomes = new Map<string, number>();
  const avoidedUntil = new Map<string, number>();
  let isOver = false;
  let [answered, turn] = [0, 0];

  async function send(body: Uint8Array<ArrayBuffer> | undefined, gateway: number, others: number): Promise<string> {
    const url = gateways[gateway % gateways.length] as string;
    if (others > 0 && performance.now() < (avoidedUntil.get(url) ?? 0)) return send(body, gateway + 1, others - 1);
    const request = { method: "POST", headers: { "Content-Type": "image/jpeg" }, body: body ?? null };
    try {
      const response = await fetch(url + path, request);
      const { code } = (await response.json()) as { code?: string };
      if (response.headers.get("connection") === "close") avoidedUntil.set(url, performance.now() + AVOIDED_MS);
      return code ?? String(response.status);
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string } };
      const code = cause?.code ?? message;
      return code === "ECONNREFUSED" && others > 0 ? send(body, gateway + 1, others - 1) : code;
    }
  }

  async function client() {
    while (!isOver) {
      turn++;
      const outcome = await send(images[turn % images.length], turn, gateways.length - 1);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      answered++;
      await pace();
    }
  }
  const clients = Array.from({ length: connections }, client);
  return {
    outcomes,
    async more(count) {
      const goal = answered + count;
      while (answered < goal) await sleep(10);
    },
    async stop() {
      isOver = true;
      await Promise.all(clients);
    },
  };
}
