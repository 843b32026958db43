/** Worker threads that run a bare loop for the requested seconds, and answer with their images per second. */
import { once } from "node:events";
import type { Worker } from "node:worker_threads";

export interface ThreadLoop {
  /** Images per second of all threads together. */
  measure(seconds: number): Promise<number>;
  stop(): Promise<unknown>;
}

export function threadLoop(workers: readonly Worker[]): ThreadLoop {
  return {
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
