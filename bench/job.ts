/**
 * A job of the 1,465 images of `lfw-sample.tgz`, upload and persistence included, against the limit: plain OpenCV
 * on the same images and cores in the same run.
 *
 *   node scripts/run.mjs node bench/job.ts [rounds]
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Job } from "../lib/contracts/job.ts";
import { startService } from "../test/support/service.ts";
import { sharedPath } from "../test/support/shared-data.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";

const rounds = Number(process.argv[2] ?? 5);
const LIMIT_SECONDS = 4;
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
execFileSync("tar", ["-xzf", sharedPath("test-data/lfw-sample.tgz"), "-C", folder]);
const images = globSync("**/*.jpg", { cwd: folder }).map((path) => join(folder, path));
const plainOpenCv = buildPlainOpenCv(folder, images);
const service = await startService({ LOG_LEVEL: "warn" });

// Built beforehand: the client shares the cores but is not measured.
const boundary = "sightline-bench";
const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
const body = Buffer.concat([
  ...images.flatMap((path) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="images"; filename="${basename(path)}"\r\n` +
        "Content-Type: image/jpeg\r\n\r\n",
    ),
    readFileSync(path),
    Buffer.from("\r\n"),
  ]),
  Buffer.from(`--${boundary}--\r\n`),
]);

/** Seconds from the first byte sent to the last result stored. */
async function runJob(): Promise<number> {
  const startedAt = performance.now();
  const created = await fetch(`${service.url}/v1/jobs`, { method: "POST", headers, body });
  const location = `${service.url}${created.headers.get("location")}`;
  await (await fetch(`${location}/results?wait=60&limit=1`)).json();
  const seconds = (performance.now() - startedAt) / 1000;
  const job = (await (await fetch(location)).json()) as Job;
  if (job.state !== "succeeded" || job.images.done !== images.length) throw new Error(JSON.stringify(job));
  return seconds;
}

const rates: number[] = [];
const ratios: number[] = [];
try {
  await runJob();
  for (let round = 0; round < rounds; round++) {
    const { imagesPerSecond: limit } = await plainOpenCv.measure(availableParallelism(), 1, LIMIT_SECONDS);
    const rate = images.length / (await runJob());
    rates.push(rate);
    ratios.push(rate / limit);
    console.log(`limit ${limit.toFixed(0)}, job ${rate.toFixed(0)} images/s: ${(rate / limit).toFixed(2)}`);
  }
} finally {
  await service.stop();
  rmSync(folder, { recursive: true });
}
console.log(`median: ${median(rates).toFixed(0)} images/s, ${median(ratios).toFixed(2)} of the limit`);
