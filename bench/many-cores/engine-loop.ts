/** The limit with Node: our own engine in a bare loop, in one thread per core, without HTTP. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type ThreadLoop, threadLoop } from "../thread-loop.ts";

export interface LoopSettings {
  readonly files: readonly Uint8Array[];
  readonly cascadePath: string;
}

export interface EngineLoop extends ThreadLoop {
  /** The boxes of each file, from one of the threads. */
  readonly boxes: unknown;
}

export async function startEngineLoop(settings: LoopSettings, threads: number): Promise<EngineLoop> {
  const workers: Worker[] = [];
  let boxes: unknown;
  // Threads start one after the other: if they loaded the addons at once, they would hold each other up.
  for (let i = 0; i < threads; i++) {
    const worker = new Worker(new URL("./engine-loop.worker.ts", import.meta.url), { workerData: settings });
    [boxes] = await once(worker, "message");
    workers.push(worker);
  }
  return { boxes, ...threadLoop(workers) };
}
