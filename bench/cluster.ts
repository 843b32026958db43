/**
 * Measures the overhead of NATS: `POST /process` in one process and in several, on the same cores, in the same run.
 *
 *   node scripts/run.mjs node bench/cluster.ts [rounds] [seconds]
 *
 * Needs `wrk` (Debian). At rest: one image of 250×250 after the other on one connection; all but decoding and detection
 * is overhead. Under load: 8 connections, 5 images per request, against plain OpenCV.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster } from "../test/support/cluster.ts";
import { startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";
import { measureService } from "./wrk.ts";

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);
const AT_REST = 200;
const cores = availableParallelism();
const environment = { LOG_LEVEL: "warn" };
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const golden = goldenImages();
const goldenFiles = golden.map(({ path }) => readFileSync(path));
const plainOpenCv = buildPlainOpenCv(
  folder,
  golden.map(({ path }) => path),
);
const agent = new Agent({ keepAlive: true });

interface Answer {
  readonly images: readonly [{ readonly timings: { readonly decodeMs: number; readonly inferenceMs: number } }];
}

async function post(url: string, body: Buffer): Promise<Answer> {
  const headers = { "Content-Type": "image/jpeg", "Content-Length": body.length };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request(`${url}/process`, { method: "POST", agent, headers }, (response) => {
    response.toArray().then((chunks) => resolve(JSON.parse(Buffer.concat(chunks).toString())), reject);
  })
    .on("error", reject)
    .end(body);
  return promise;
}

async function atRest(url: string) {
  const times: { totalMs: number; overheadMs: number }[] = [];
  for (let i = 0; i < AT_REST; i++) {
    const startedAt = performance.now();
    const { images } = await post(url, goldenFiles[i % goldenFiles.length] as Buffer);
    const totalMs = performance.now() - startedAt;
    const { decodeMs, inferenceMs } = images[0].timings;
    times.push({ totalMs, overheadMs: totalMs - decodeMs - inferenceMs });
  }
  return {
    totalMs: median(times.map(({ totalMs }) => totalMs)),
    overheadMs: median(times.map(({ overheadMs }) => overheadMs)),
  };
}

const alone = await startService(environment);
const two = await startCluster({ environment, detectors: 1, threads: cores });
const many = await startCluster({ environment, services: "api", detectors: 0 });
await many.start("jobs,events");
for (let i = 0; i < cores; i++) await many.start("detector", { THREADS: "1" });
const contestants = [
  { name: "one process", url: alone.url },
  { name: "api+jobs, detector", url: two.front.url },
  { name: `api, jobs, ${cores} detectors of one thread`, url: many.front.url },
];

const load = { folder, images: 5, connections: 8, seconds };
const measurements: { name: string; totalMs: number; overheadMs: number; rate: number; ratio: number }[] = [];
try {
  for (const { url } of contestants) await measureService({ ...load, url });
  for (let round = 0; round < rounds; round++)
    for (const { name, url } of contestants) {
      const { imagesPerSecond: limit } = await plainOpenCv.measure(cores, 1, seconds);
      const { imagesPerSecond: rate } = await measureService({ ...load, url });
      measurements.push({ name, ...(await atRest(url)), rate, ratio: rate / limit });
    }
} finally {
  for (const contestant of [alone, two, many]) await contestant.stop();
}

console.table(
  contestants.map(({ name }) => {
    const of = measurements.filter((measurement) => measurement.name === name);
    return {
      processes: name,
      "at rest ms": median(of.map(({ totalMs }) => totalMs)).toFixed(2),
      "of it overhead ms": median(of.map(({ overheadMs }) => overheadMs)).toFixed(2),
      "images/s under load": Math.round(median(of.map(({ rate }) => rate))),
      "of plain OpenCV": median(of.map(({ ratio }) => ratio)).toFixed(2),
    };
  }),
);
agent.destroy();
