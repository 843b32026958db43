/**
 * The models: `POST /process` against a plain loop of the same model in a thread per core, in the same run; three
 * models in one request against three requests; one or more threads in a network; memory.
 *
 *   node scripts/run.mjs node bench/models.ts [rounds] [seconds]
 *
 * Needs `wrk` (Debian) and the model files. Rounds are interleaved; medians are reported. The images are the five of
 * `lfw-golden`, five per request, with enough connections to keep every core busy.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { modelsDir } from "../test/support/model-files.ts";
import { startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { startModelLoop } from "./model-loop.ts";
import { median } from "./plain-opencv.ts";
import { measureRequests } from "./wrk.ts";
import { writeScript } from "./wrk-script.ts";

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);
const cores = availableParallelism();
const IMAGES_PER_REQUEST = 5;
const CONNECTIONS = 4;
const MODELS = ["faces-yunet", "face-encoding", "classify", "objects"];
const THREE = ["faces-yunet", "classify", "objects"];

const images = goldenImages();
const files = images.map(({ path }) => readFileSync(path));
const startLoop = (names: readonly string[], threads: number, networkThreads = 1) =>
  startModelLoop({ names, files, threads, networkThreads });

const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const service = await startService({ LOG_LEVEL: "warn", MODELS_DIR: modelsDir });

async function measureService(names: readonly string[]): Promise<number> {
  const script = writeScript(folder, images, IMAGES_PER_REQUEST, `/process?models=${names.join(",")}`);
  const { requestsPerSecond } = await measureRequests(service.url, script, CONNECTIONS, seconds);
  return requestsPerSecond * IMAGES_PER_REQUEST;
}

function residentMiB(): number {
  const status = readFileSync(`/proc/${service.process.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const contests = [...MODELS.map((name) => [name]), THREE];
const rates = contests.map((names) => ({ names, loop: [] as number[], service: [] as number[] }));
try {
  for (const { names } of rates) await measureService(names);
  for (let round = 0; round < rounds; round++) {
    for (const { names, loop, service: served } of rates) {
      // Restarted for each measurement: an idle loop would occupy memory and caches.
      const plain = await startLoop(names, cores);
      loop.push(await plain.measure(seconds));
      await plain.stop();
      served.push(await measureService(names));
    }
  }
  console.table(
    rates.map(({ names, loop, service: served }) => ({
      models: names.join(", "),
      "plain loop, images/s": Math.round(median(loop)),
      "service, images/s": Math.round(median(served)),
      "of the loop": median(served.map((rate, index) => rate / (loop[index] as number))).toFixed(3),
    })),
  );
  const cost = (names: readonly string[]) =>
    1000 / median(rates.find((rate) => rate.names.join() === names.join())?.service ?? []);
  const apart = THREE.reduce((sum, name) => sum + cost([name]), 0);
  console.log(`three models: ${cost(THREE).toFixed(2)} ms an image in one request, ${apart.toFixed(2)} ms in three`);
  console.log(`resident memory of the service with all models, ${cores} threads: ${residentMiB().toFixed(0)} MiB`);
} finally {
  await service.stop();
}

const threadings = [1, 2].flatMap((networkThreads) => [1, cores].map((threads) => ({ networkThreads, threads })));
const results = threadings.map((threading) => ({ ...threading, rates: MODELS.map(() => [] as number[]) }));
for (let round = 0; round < rounds; round++)
  for (const { networkThreads, threads, rates: ofThreading } of results)
    for (const [index, name] of MODELS.entries()) {
      const plain = await startLoop([name], threads, networkThreads);
      ofThreading[index]?.push(await plain.measure(seconds));
      await plain.stop();
    }
console.table(
  results.map(({ networkThreads, threads, rates: ofThreading }) => ({
    "threads of a network": networkThreads,
    "images at once": threads,
    ...Object.fromEntries(
      MODELS.map((name, index) => [`${name}, images/s`, Math.round(median(ofThreading[index] ?? []))]),
    ),
  })),
);
