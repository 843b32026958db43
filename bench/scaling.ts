/**
 * Measures the throughput of `POST /process` by the number of detectors. Each detector is throttled to a fortieth of a
 * core, so that even a machine with few cores has enough for all of them: see `throttled.worker.ts`.
 *
 *   node scripts/run.mjs node bench/scaling.ts [detectors] [rounds] [seconds]
 *
 * Needs `wrk` (Debian). 8 connections, 5 images per request.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster } from "../test/support/cluster.ts";
import { type RunningProcess, startProcess } from "../test/support/service.ts";
import { median } from "./plain-opencv.ts";
import { measureService } from "./wrk.ts";

const most = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 3);
const seconds = Number(process.argv[4] ?? 3);
const THROTTLED = "test/support/services/throttled-detector.service.ts";
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));

const cluster = await startCluster({ environment: { LOG_LEVEL: "warn" }, detectors: 0 });
const detectors: RunningProcess[] = [];
const rates: number[] = [];
try {
  for (let count = 1; count <= most; count++) {
    detectors.push(startProcess({ NATS_URL: cluster.nats.url, LOG_LEVEL: "warn", THREADS: "1" }, THROTTLED));
    await cluster.whenThreads(count);
    const load = { folder, url: cluster.front.url, images: 5, connections: 8, seconds };
    await measureService({ ...load, seconds: 1 });
    const measured: number[] = [];
    for (let round = 0; round < rounds; round++) measured.push((await measureService(load)).imagesPerSecond);
    rates.push(median(measured));
  }
} finally {
  await Promise.all(detectors.map(({ stop }) => stop()));
  await cluster.stop();
}

console.table(
  rates.map((rate, index) => ({
    detectors: index + 1,
    "images/s": Math.round(rate),
    "of one detector": (rate / (rates[0] as number)).toFixed(2),
    "of linear": (rate / (rates[0] as number) / (index + 1)).toFixed(2),
  })),
);
