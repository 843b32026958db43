/**
 * Changes of the models that a detector serves, and what becomes of the work of the threads that had the former ones.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { defaultDetectionOptions as options } from "../../lib/contracts/default-options.ts";
import type { PoolSettings } from "../../lib/vision/pool-types.ts";
import { ServedModels } from "../../lib/vision/served-models.ts";
import { Suspects } from "../../lib/vision/suspects/suspects.ts";
import { poolSettings } from "../support/pool-settings.ts";

const dataDir = process.env.DATA_DIR as string;
const run = { timeoutMs: 60_000, priority: "interactive" } as const;
const task = (command: string) => ({ file: Buffer.from(command), options });
/** A change that needs no files. */
const change = { name: "classify", isLoaded: false, at: "2026-01-01T00:00:00.000Z" };

const opened: { close(): unknown }[] = [];
async function start(more: Partial<PoolSettings> = {}, worker = "hanging"): Promise<ServedModels> {
  const workerFile = fileURLToPath(new URL(`../support/workers/${worker}.worker.ts`, import.meta.url));
  const settings = { ...poolSettings, threads: 1, queueSize: 100, hangTimeoutMs: 60_000, onHung: () => {}, ...more };
  const served = await ServedModels.start({
    catalog: { modelsDir: dataDir, modelsManifest: "", models: "faces-haar" },
    pool: { ...settings, workerFile },
    parcels: { ...settings, imageTimeoutMs: 60_000, fetch: () => Promise.reject(), onError: () => {} },
    networkThreads: 1,
    providers: ["cpu"],
  });
  opened.push(served);
  return served;
}
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

it("finishes the suspects that wait to be tried when the models change", async () => {
  const suspects = new Suspects({ version: "1", folder: join(dataDir, "suspects"), onUnwritable: () => {} });
  opened.push(suspects);
  const served = await start({ suspects });
  const end = join(dataDir, "end-trials");
  const tried = [`hang ${end}`, `hang ${end} too`].map((command) =>
    served.pool.run(task(command), { ...run, isSuspect: true }),
  );
  const outcomes = Promise.allSettled(tried);
  await served.change([change]);
  writeFileSync(end, "");
  // They are no images.
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { type: "UNSUPPORTED_MEDIA_TYPE" } });
});

it("answers what the former threads have in work before the process is ended", async () => {
  const hung = Promise.withResolvers<void>();
  const served = await start({ hangTimeoutMs: 1500, onHung: hung.resolve });
  const end = join(dataDir, "end-hung");
  const hanging = served.pool.run(task(`hang ${end}`), run);
  hanging.catch(() => {});
  await served.change([change]);
  await hung.promise;
  await served.abandon(0);
  writeFileSync(end, "");
  await expect(hanging).rejects.toMatchObject({ type: "SHUTTING_DOWN" });
});

it("leaves no thread behind where the threads cannot say what they have loaded", async () => {
  await expect(start({}, "undescribed")).rejects.toThrow("a fault in the worker");
  const workers = () => (process.report.getReport() as unknown as { workers: unknown[] }).workers;
  await expect.poll(workers).toEqual([]);
});

it("ignores a change that is older than another one of the same model under its other name", async () => {
  const served = await start();
  const at = (second: number) => `2026-01-01T00:00:${second}.000Z`;
  const byName = { ...change, at: at(20) };
  await served.change([byName]);
  const version = served.models.find(({ name }) => name === change.name)?.version;
  const byVersion = { ...change, name: `${change.name}@${version}` };
  await served.change([{ ...byVersion, at: at(10) }]);
  expect(served.changes).toEqual([byName]);
  await served.change([{ ...byVersion, at: at(30) }]);
  expect(served.changes).toEqual([{ ...byVersion, at: at(30) }]);
});
