/** The limit with Node: our own engine in a bare loop, in one thread per core, without HTTP. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface LoopSettings {
  readonly files: readonly Uint8Array[];
  readonly cascadePath: string;
}

export interface EngineLoop {
  /** The boxes of each file, as one of the threads found them. */
  readonly boxes: unknown;
  /** Images per second of all threads together. */
  measure(seconds: number): Promise<number>;
  stop(): Promise<unknown>;
}

export async function startEngineLoop(settings: LoopSettings, threads: number): Promise<EngineLoop> {
  const workers: Worker[] = [];
  let boxes: unknown;
  // One after the other: threads that load the addons at once would hold each other up.
  for (let i = 0; i < threads; i++) {
    const worker = new Worker(new URL("./engine-loop.worker.ts", import.meta.url), { workerData: settings });
    [boxes] = await once(worker, "message");
    workers.push(worker);
  }
  return {
    boxes,
    async measure(seconds) {
      const rates = workers.map(async (worker) => {
        worker.postMessage(seconds);
        const [rate] = await once(worker, "message");
        return rate as number;
      });
      return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
    },
    stop: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
