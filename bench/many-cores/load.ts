/**
 * Load generator: `wrk` if it is installed, otherwise threads of Node. Both send the next request on each connection as
 * soon as the previous one is answered.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { requestBodies, runWrk, type WrkRun, writeScript } from "../wrk-script.ts";

/**
 * Cores of the service per thread of the generator: a thread of `wrk` keeps up with at least 16 cores, one of Node with
 * 4.
 */
const CORES_PER_THREAD = { wrk: 16, node: 4 };

export type Generator = keyof typeof CORES_PER_THREAD;

export interface Load {
  readonly connections: number;
  /** Number of images per request. */
  readonly images: number;
}

export interface Measured {
  /** Images per second of requests that were answered with 200. */
  readonly imagesPerSecond: number;
  readonly requests: number;
  readonly refused: number;
}

/** Counts of a thread of Node. */
export interface Counts {
  readonly requests: number;
  readonly refused: number;
}

export const hasWrk = (): boolean => spawnSync("wrk", ["-v"]).error === undefined;

export interface LoadSettings {
  readonly generator: Generator;
  readonly folder: string;
  readonly url: string;
  readonly paths: readonly string[];
  readonly load: Load;
  readonly seconds: number;
}

export async function measureLoad({ generator, folder, url, paths, load, seconds }: LoadSettings): Promise<Measured> {
  const { connections, images } = load;
  const wanted = Math.ceil(availableParallelism() / CORES_PER_THREAD[generator]);
  const threads = Math.min(wanted, connections);
  const files = paths.map((path) => ({ name: basename(path), path }));
  const [requests, elapsed, refused] =
    generator === "wrk"
      ? await byWrk({ url, script: writeScript(folder, files, images), threads, connections, seconds })
      : await byNode(url, requestBodies(files, images), threads, connections, seconds);
  return { imagesPerSecond: ((requests - refused) * images) / elapsed, requests, refused };
}

type Result = readonly [requests: number, seconds: number, refused: number];

async function byWrk(settings: WrkRun): Promise<Result> {
  const { requests, seconds, errors, connectErrors } = await runWrk(settings);
  return [requests, seconds, errors + connectErrors];
}

async function byNode(
  url: string,
  contents: Buffer[],
  threads: number,
  connections: number,
  seconds: number,
): Promise<Result> {
  const counts = await Promise.all(
    Array.from({ length: threads }, async (_, index): Promise<Counts> => {
      // The first threads get one more connection if they cannot be divided evenly.
      const own = Math.floor(connections / threads) + (index < connections % threads ? 1 : 0);
      const workerData = { url, contents, connections: own, seconds };
      const [answer] = await once(new Worker(new URL("./load.worker.ts", import.meta.url), { workerData }), "message");
      return answer as Counts;
    }),
  );
  const sum = (of: keyof Counts) => counts.reduce((total, one) => total + one[of], 0);
  return [sum("requests"), seconds, sum("refused")];
}
