/** Upper limit for a model: a bare loop of the model over the same images, in a thread per core. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { openCatalog } from "../lib/vision/models/catalog.ts";
import { modelsDir } from "../test/support/model-files.ts";
import { type ThreadLoop, threadLoop } from "./thread-loop.ts";

export interface ModelLoopSettings {
  /** The models that process each image, in turn. */
  readonly names: readonly string[];
  readonly files: readonly Uint8Array[];
  readonly threads: number;
  /** Threads per network. */
  readonly networkThreads?: number;
}

export async function startModelLoop(settings: ModelLoopSettings): Promise<ThreadLoop> {
  const { loadable: models } = await openCatalog({ modelsDir: modelsDir as string, modelsManifest: "", models: "" });
  const workers = Array.from({ length: settings.threads }, () => {
    const workerData = { networkThreads: 1, ...settings, models };
    return new Worker(new URL("./model-loop.worker.ts", import.meta.url), { workerData });
  });
  await Promise.all(workers.map((worker) => once(worker, "message")));
  return threadLoop(workers);
}
