/** A cluster of three real `nats-server` processes with JetStream on loopback, each with its own store folder. */
import { setTimeout as sleep } from "node:timers/promises";
import { type NatsServer, startNatsServer } from "./nats-server.ts";
import { freePort } from "./service.ts";

const SERVERS = 3;
const HEALTHY_WITHIN_MS = 120_000;
/** Polling interval. Each poll makes two requests to each server. */
const HEALTH_POLL_MS = 200;

export interface NatsCluster {
  /** URLs of all servers, comma-separated. */
  readonly url: string;
  readonly servers: readonly NatsServer[];
  /** Waits until there is a leader and all servers are in sync, so that one of them may fail. */
  whenHealthy(): Promise<void>;
  /** Ends all servers and deletes their data. */
  stop(): Promise<void>;
}

/** @param more Further arguments of all servers. */
export async function startNatsCluster(more: readonly string[] = []): Promise<NatsCluster> {
  const places = await Promise.all(
    Array.from({ length: SERVERS }, async (_, index) => ({
      name: `nats-${index + 1}`,
      port: await freePort(),
      route: `nats://127.0.0.1:${await freePort()}`,
      monitorPort: await freePort(),
    })),
  );
  const routes = places.map(({ route }) => route).join(",");
  const servers = await Promise.all(
    places.map(({ name, port, route, monitorPort }) => {
      const cluster = ["--cluster_name", "sightline", "--cluster", route, "--routes", routes];
      return startNatsServer({ port, args: ["--name", name, ...cluster, "--http_port", String(monitorPort), ...more] });
    }),
  );
  const cluster: NatsCluster = {
    url: servers.map(({ url }) => url).join(","),
    servers,
    async whenHealthy() {
      const deadline = Date.now() + HEALTHY_WITHIN_MS;
      while (!(await areHealthy(places.map(({ monitorPort }) => `http://127.0.0.1:${monitorPort}`)))) {
        if (Date.now() > deadline) throw new Error("The NATS servers did not get healthy.");
        await sleep(HEALTH_POLL_MS);
      }
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
  try {
    await cluster.whenHealthy();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

interface JetStreamState {
  readonly meta_cluster?: { readonly leader?: string; readonly cluster_size: number };
  readonly streams: number;
}

/**
 * Whether there is a leader and all servers of a cluster are in sync. A server that has lost its disk reports to be
 * healthy until it learns which streams it must have copies of.
 * @param monitors URLs of all servers' monitoring.
 */
export async function areHealthy(monitors: readonly string[]): Promise<boolean> {
  const streams = await Promise.all(monitors.map(streamsIfHealthy));
  return streams.every((count) => count !== undefined && count === streams[0]);
}

/** @returns the number of streams that the server has copies of; undefined if it is not healthy. */
async function streamsIfHealthy(monitor: string): Promise<number | undefined> {
  const ask = (path: string) => fetch(monitor + path, { signal: AbortSignal.timeout(2000) });
  try {
    const health = await ask("/healthz");
    const { meta_cluster: meta, streams } = (await (await ask("/jsz")).json()) as JetStreamState;
    return health.ok && meta?.leader && meta.cluster_size === SERVERS ? streams : undefined;
  } catch {
    return undefined;
  }
}
