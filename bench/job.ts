/**
 * Measures a job of the 1,465 images of `lfw-sample.tgz`, including upload and persistence, against the limit: plain
 * OpenCV on the same images and cores in the same run.
 *
 *   node scripts/run.mjs node bench/job.ts [rounds]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { startService } from "../test/support/service.ts";
import { lfwJob } from "./lfw-job.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";

const rounds = Number(process.argv[2] ?? 5);
const LIMIT_SECONDS = 4;
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const job = lfwJob(folder);
const plainOpenCv = buildPlainOpenCv(folder, job.paths);
const service = await startService({ LOG_LEVEL: "warn" });

const rates: number[] = [];
const ratios: number[] = [];
try {
  await job.run(service.url);
  for (let round = 0; round < rounds; round++) {
    const { imagesPerSecond: limit } = await plainOpenCv.measure(availableParallelism(), 1, LIMIT_SECONDS);
    const rate = job.paths.length / (await job.run(service.url));
    rates.push(rate);
    ratios.push(rate / limit);
    console.log(`limit ${limit.toFixed(0)}, job ${rate.toFixed(0)} images/s: ${(rate / limit).toFixed(2)}`);
  }
} finally {
  await service.stop();
  rmSync(folder, { recursive: true });
}
console.log(`median: ${median(rates).toFixed(0)} images/s, ${median(ratios).toFixed(2)} of the limit`);
