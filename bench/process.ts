/**
 * Measures `POST /process` against the limit: plain OpenCV in a process per core, on the same cores, in the same run.
 *
 *   node scripts/run.mjs node bench/process.ts [rounds] [seconds] [connections,…]
 *
 * Needs `wrk` (Debian) as the load generator, which shares the cores with the service. Rounds are interleaved;
 * medians are reported. The images are the five of `lfw-golden`. If FASTAPI_PYTHON names a Python with fastapi,
 * uvicorn with uvloop and httptools (without them each request of one connection takes 48 ms), python-multipart and
 * opencv-python-headless 4, `fastapi_app.py` is measured in the same rounds. If RESULTS names a file, the medians are
 * written to it as JSON, which `throughput-chart.ts` draws.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cascadePath } from "../test/support/opencv.ts";
import { freePort, startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";
import { measureService } from "./wrk.ts";

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);
const cores = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));

const golden = goldenImages();
const plainOpenCv = buildPlainOpenCv(
  folder,
  golden.map(({ path }) => path),
);

const loads = (process.argv[4]?.split(",").map(Number) ?? [1, 8, 32]).flatMap((connections) =>
  [1, 5].map((images) => ({ connections, images })),
);
interface Contestant {
  readonly name: string;
  readonly url: string;
  stop(): Promise<unknown>;
}

async function startFastApi(python: string): Promise<Contestant> {
  const port = await freePort();
  const args = ["-m", "uvicorn", "--app-dir", import.meta.dirname, "fastapi_app:app", "--port", String(port)];
  const child = spawn(python, [...args, "--workers", String(cores), "--no-access-log", "--log-level", "warning"], {
    env: { ...process.env, CASCADE: cascadePath },
    stdio: "inherit",
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/docs`).catch(() => undefined))?.ok) await sleep(100);
  const stop = () => {
    child.kill("SIGTERM");
    return once(child, "exit");
  };
  return { name: "FastAPI", url, stop };
}

const limits: number[] = [];
const bare = new Map([1, cores].map((threads) => [threads, [] as number[]]));
const measurements: {
  contestant: string;
  load: (typeof loads)[number];
  rate: number;
  ratio: number;
  p50Ms: number;
  p99Ms: number;
}[] = [];

const contestants: Contestant[] = [{ name: "Sightline", ...(await startService({ LOG_LEVEL: "warn" })) }];
if (process.env.FASTAPI_PYTHON) contestants.push(await startFastApi(process.env.FASTAPI_PYTHON));
try {
  for (const { url } of contestants)
    for (const { images } of loads) await measureService({ folder, url, images, connections: 8, seconds });
  for (let round = 0; round < rounds; round++) {
    for (const [threads, times] of bare) times.push((await plainOpenCv.measure(1, threads, seconds)).medianMs);
    for (const load of loads) {
      // The limit is measured again for each load, since the machine's speed drifts.
      const { imagesPerSecond: limit } = await plainOpenCv.measure(cores, 1, seconds);
      limits.push(limit);
      for (const { name, url } of contestants) {
        const { imagesPerSecond: rate, p50Ms, p99Ms } = await measureService({ folder, url, ...load, seconds });
        measurements.push({ contestant: name, load, rate, ratio: rate / limit, p50Ms, p99Ms });
      }
    }
  }
} finally {
  for (const contestant of contestants) await contestant.stop();
}

console.log(`limit: ${median(limits).toFixed(0)} images/s (plain OpenCV, ${cores} processes)`);
for (const [threads, times] of bare)
  console.log(`bare detection, one image, ${threads} OpenCV thread(s): ${median(times).toFixed(2)} ms`);
const results = loads.flatMap((load) =>
  contestants.map(({ name }) => {
    const of = measurements.filter(({ contestant, load: theirs }) => contestant === name && theirs === load);
    const medianOf = (value: (one: (typeof of)[number]) => number) => median(of.map(value));
    return {
      service: name,
      ...load,
      imagesPerSecond: medianOf(({ rate }) => rate),
      ofTheLimit: medianOf(({ ratio }) => ratio),
      p50Ms: medianOf(({ p50Ms }) => p50Ms),
      p99Ms: medianOf(({ p99Ms }) => p99Ms),
    };
  }),
);
console.table(
  results.map(({ service, connections, images, imagesPerSecond, ofTheLimit, p50Ms, p99Ms }) => ({
    service,
    connections,
    "images/request": images,
    "images/s": Math.round(imagesPerSecond),
    "of the limit": ofTheLimit.toFixed(3),
    "p50 ms": p50Ms.toFixed(2),
    "p99 ms": p99Ms.toFixed(2),
  })),
);
if (process.env.RESULTS) {
  const summary = { cores, processor: cpus()[0]?.model ?? "", rounds, seconds, limit: median(limits), results };
  writeFileSync(process.env.RESULTS, `${JSON.stringify(summary, null, 2)}\n`);
}
