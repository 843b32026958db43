/** One run: a cluster, clients, faults, and the look at what became of it. */
import { ADMIN_KEY, KeyClient } from "../support/key-client.ts";
import { Random } from "../support/random.ts";
import { readPages, readStream, sentImages, workWithJobs } from "./clients.ts";
import { HostileCluster } from "./cluster.ts";
import { faults, GATEWAYS, KINDS } from "./faults.ts";
import { type History, Recorder } from "./history.ts";
import { inject } from "./injector.ts";
import { OBSERVER, observe, waitForQuiet } from "./observer.ts";
import { Requests } from "./requests.ts";

const READY_WITHIN_MS = 180_000;
const QUIET_WITHIN_MS = 300_000;

export interface RunOptions {
  readonly seed: number;
  /** Faults begin until then; there is at least one of each kind. */
  readonly durationMs: number;
  /** That work with jobs. */
  readonly clients: number;
  /** Between the beginnings of two faults. */
  readonly longestPauseMs: number;
  readonly historyFile?: string;
  log(text: string): void;
}

export interface RunResult {
  readonly history: History;
  /** Errors that nodes logged. */
  readonly errors: readonly string[];
}

export async function run(options: RunOptions): Promise<RunResult> {
  const { seed, durationMs, log } = options;
  const cluster = await HostileCluster.start();
  try {
    await cluster.whenReady(READY_WITHIN_MS);
    log("The cluster is ready.");
    const recorder = new Recorder(options.historyFile);
    recorder.add({ kind: "beginning", seed, images: sentImages });
    const gateways = GATEWAYS.map((host) => ({ host, url: cluster.urlOf(host) }));
    const over = new AbortController();
    const requests = (client: string, key = ADMIN_KEY) => new Requests(client, gateways, recorder, key);
    const scopes = ["process", "jobs"] as const;
    const keys = await Promise.all(
      Array.from({ length: options.clients }, () =>
        new KeyClient(cluster.urlOf(GATEWAYS[0])).key({ scopes: [...scopes] }),
      ),
    );
    const clients = keys.map(({ key }, number) =>
      workWithJobs(requests(`client${number}`, key), new Random(seed + 1 + number), over.signal),
    );
    const readers = [
      readPages(requests("pages"), recorder, over.signal),
      readStream("stream 1", gateways, recorder, over.signal),
      readStream("stream 2", gateways.toReversed(), recorder, over.signal),
    ];
    const load = Promise.all([...clients, ...readers]);
    let begun = 0;
    const isOver = () => begun++ >= KINDS && recorder.now() > durationMs;
    const schedule = faults(seed, options.longestPauseMs);
    // A client that fails ends the faults too.
    await Promise.race([inject(cluster, schedule, recorder, isOver, log), load]);
    log("The faults are over.");
    await cluster.whenReady(READY_WITHIN_MS);
    over.abort();
    await load;
    log("The clients are done.");
    const observer = requests(OBSERVER);
    const owners = new Map(keys.map(({ key }, number) => [`client${number}`, key]));
    await waitForQuiet(observer, recorder, QUIET_WITHIN_MS);
    log("All is quiet.");
    await observe(observer, recorder, (client) => requests(OBSERVER, owners.get(client)));
    for (const [host, { ends }] of cluster.nodes) for (const how of ends) recorder.add({ kind: "end", host, how });
    await recorder.close();
    const errors = [...cluster.nodes].flatMap(([host, node]) => node.errors().map((line) => `${host} ${line}`));
    return { history: recorder.entries, errors };
  } finally {
    await cluster.stop();
  }
}
