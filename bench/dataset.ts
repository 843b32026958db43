/**
 * `sightline dataset lfw-sample.tgz`, from the start of its process to its report, against the limit: plain OpenCV on
 * the same pictures and cores in the same run.
 *
 *   node scripts/run.mjs node bench/dataset.ts [rounds]
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetReport } from "../cli/dataset/report.ts";
import { sightline } from "../test/support/command-line.ts";
import { startService } from "../test/support/service.ts";
import { sharedPath } from "../test/support/shared-data.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";

const rounds = Number(process.argv[2] ?? 5);
const LIMIT_SECONDS = 4;
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const archive = sharedPath("test-data/lfw-sample.tgz");
execFileSync("tar", ["-xzf", archive, "-C", folder]);
const pictures = globSync("**/*.jpg", { cwd: folder }).map((path) => join(folder, path));
const plainOpenCv = buildPlainOpenCv(folder, pictures);
const service = await startService({ LOG_LEVEL: "warn" });
const out = join(folder, "report");

/** Images per second by the command's own report, from the job's creation to its end, and by the clock. */
async function run(): Promise<{ reported: number; byClock: number }> {
  const startedAt = performance.now();
  const { code, stderr } = await sightline(service.url, "dataset", "--fresh", "--out", out, archive);
  const seconds = (performance.now() - startedAt) / 1000;
  const { answer, run } = JSON.parse(readFileSync(join(out, "report.json"), "utf8")) as DatasetReport;
  if (code !== 0 || answer.done !== pictures.length) throw new Error(stderr);
  return { reported: run.imagesPerSecond, byClock: pictures.length / seconds };
}

const results: { limit: number; reported: number; byClock: number }[] = [];
try {
  await run();
  for (let round = 0; round < rounds; round++) {
    const { imagesPerSecond: limit } = await plainOpenCv.measure(availableParallelism(), 1, LIMIT_SECONDS);
    const { reported, byClock } = await run();
    results.push({ limit, reported, byClock });
    const figures = [limit, reported, byClock].map((rate) => rate.toFixed(0)).join(", ");
    console.log(
      `images/s of the limit, reported, by the clock: ${figures}; ${(byClock / limit).toFixed(2)} of the limit`,
    );
  }
} finally {
  await service.stop();
  rmSync(folder, { recursive: true });
}
const of = (figure: (result: (typeof results)[0]) => number) => median(results.map(figure));
console.log(
  `median: ${of(({ reported }) => reported).toFixed(0)} images/s reported, ` +
    `${of(({ byClock }) => byClock).toFixed(0)} by the clock, ` +
    `${of(({ reported, limit }) => reported / limit).toFixed(2)} and ` +
    `${of(({ byClock, limit }) => byClock / limit).toFixed(2)} of the limit`,
);
