/**
 * Measures `sightline dataset lfw-sample.tgz`, from process start to report, against the limit on the same images and
 * cores in the same run: plain OpenCV or, with a model, a plain loop of that model.
 *
 *   node scripts/run.mjs node bench/dataset.ts [rounds] [model]
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetReport } from "../cli/dataset/report.ts";
import { sightline } from "../test/support/command-line.ts";
import { modelsDir } from "../test/support/model-files.ts";
import { startService } from "../test/support/service.ts";
import { sharedPath } from "../test/support/shared-data.ts";
import { startModelLoop } from "./model-loop.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";

const rounds = Number(process.argv[2] ?? 5);
const model = process.argv[3];
const LIMIT_SECONDS = 4;
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const archive = sharedPath("test-data/lfw-sample.tgz");
execFileSync("tar", ["-xzf", archive, "-C", folder]);
const images = globSync("**/*.jpg", { cwd: folder }).map((path) => join(folder, path));
const out = join(folder, "report");

/** Images per second of the limit. Everything is stopped before the service is measured. */
async function measureLimit(): Promise<number> {
  const threads = availableParallelism();
  if (!model) return (await buildPlainOpenCv(folder, images).measure(threads, 1, LIMIT_SECONDS)).imagesPerSecond;
  const loop = await startModelLoop({ names: [model], files: images.map((path) => readFileSync(path)), threads });
  try {
    return await loop.measure(LIMIT_SECONDS);
  } finally {
    await loop.stop();
  }
}

/**
 * Images per second by the command's report, from the job's creation to its end, and by the clock. Uses a new service,
 * because a used one has encodings in its cache.
 */
async function run(): Promise<{ reported: number; byClock: number }> {
  const service = await startService({ LOG_LEVEL: "warn", MODELS_DIR: modelsDir });
  const startedAt = performance.now();
  const options = ["--fresh", "--out", out, ...(model ? ["--model", model] : [])];
  const { code, stderr } = await sightline(service.url, "dataset", ...options, archive);
  const seconds = (performance.now() - startedAt) / 1000;
  const { answer, run } = JSON.parse(readFileSync(join(out, "report.json"), "utf8")) as DatasetReport;
  await service.stop();
  if (code !== 0 || answer.done !== images.length) throw new Error(stderr);
  return { reported: run.imagesPerSecond, byClock: images.length / seconds };
}

const results: { limit: number; reported: number; byClock: number }[] = [];
try {
  await run();
  for (let round = 0; round < rounds; round++) {
    const limit = await measureLimit();
    const { reported, byClock } = await run();
    results.push({ limit, reported, byClock });
    const figures = [limit, reported, byClock].map((rate) => rate.toFixed(0)).join(", ");
    console.log(
      `images/s of the limit, reported, by the clock: ${figures}; ${(byClock / limit).toFixed(2)} of the limit`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
const of = (figure: (result: (typeof results)[0]) => number) => median(results.map(figure));
console.log(
  `median: ${of(({ reported }) => reported).toFixed(0)} images/s reported, ` +
    `${of(({ byClock }) => byClock).toFixed(0)} by the clock, ` +
    `${of(({ reported, limit }) => reported / limit).toFixed(2)} and ` +
    `${of(({ byClock, limit }) => byClock / limit).toFixed(2)} of the limit`,
);
