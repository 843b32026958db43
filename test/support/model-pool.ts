/** A pool of the detector's threads with models, started like in the service. */
import { defaultDetectionOptions } from "../../lib/contracts/default-options.ts";
import { openCatalog } from "../../lib/vision/models/catalog.ts";
import { VisionPool } from "../../lib/vision/pool.ts";
import { isSelfCheckPassed, selfCheckFile } from "../../lib/vision/self-check.ts";
import { modelsDir } from "./model-files.ts";
import { poolSettings } from "./pool-settings.ts";

const options = defaultDetectionOptions;
// A long time-out, because the images of a whole data set may wait for each other.
const run = { timeoutMs: 400_000, priority: "interactive" } as const;

export async function startModelPool(threads: number, models = "") {
  const catalog = await openCatalog({ modelsDir: modelsDir as string, modelsManifest: "", models });
  const pool = await VisionPool.start(
    {
      threads,
      served: { facesHaar: catalog.facesHaar, models: catalog.loadable, networkThreads: 1, providers: ["cpu"] },
      ...poolSettings,
      opencvThreads: 2,
      queueSize: 10_000,
      hangTimeoutMs: 120_000,
      onHung: () => {},
    },
    catalog.facesHaar ? { file: selfCheckFile(), options } : { file: selfCheckFile(), options, models: [] },
    isSelfCheckPassed,
  );
  const { unavailable } = await pool.describe();
  return {
    unavailable,
    analyse: (file: Uint8Array, names: readonly string[], more = {}, workLimitMs: number = run.timeoutMs) =>
      pool.run({ file, models: names, options: { ...options, ...more } }, { ...run, workLimitMs }),
    annotate: (file: Uint8Array, names: readonly string[]) =>
      pool.run({ file, models: names, options, annotate: "png" }, run),
    close: () => pool.close(),
  };
}
