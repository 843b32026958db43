/**
 * Measures the models: `POST /process` against a plain loop of the same model in a thread per core, in the same run;
 * three models in one request against three requests; one or more threads in a network; memory.
 *
 *   node scripts/run.mjs node bench/models.ts [rounds] [seconds]
 *
 * Needs `wrk` (Debian) and the model files. Rounds are interleaved; medians are reported. The images are the five of
 * `lfw-golden`, five per request, with enough connections to keep every core busy.
 *
 * The loop does all that is done to an image, with the same code: it reads the header, decodes, scales, runs the
 * network and reads its outputs. It does not read requests, hash images, hand them to threads or write answers. `wrk`
 * shares the cores with the service and not with the loop, so the ratio of the CPU times is the service's own share of
 * the work. Other work on the machine affects it least.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { modelsDir } from "../test/support/model-files.ts";
import { startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { cpuMsOf } from "./interleaved.ts";
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

interface Measured {
  readonly perSecond: number;
  /** CPU time of an image. */
  readonly cpuMs: number;
}

async function measureService(names: readonly string[]): Promise<Measured> {
  const script = writeScript(folder, images, IMAGES_PER_REQUEST, `/process?models=${names.join(",")}`);
  const before = cpuMsOf(service);
  const { requestsPerSecond, requests } = await measureRequests(service.url, script, CONNECTIONS, seconds);
  const cpuMs = (cpuMsOf(service) - before) / (requests * IMAGES_PER_REQUEST);
  return { perSecond: requestsPerSecond * IMAGES_PER_REQUEST, cpuMs };
}

/** The loop runs in threads of this process, which is idle otherwise. */
async function measureLoop(names: readonly string[]): Promise<Measured> {
  // Restarted for each measurement, because an idle loop would occupy memory and caches.
  const loop = await startLoop(names, cores);
  const before = process.cpuUsage();
  const perSecond = await loop.measure(seconds);
  const { user, system } = process.cpuUsage(before);
  await loop.stop();
  return { perSecond, cpuMs: (user + system) / 1000 / (perSecond * seconds) };
}

function residentMiB(): number {
  const status = readFileSync(`/proc/${service.process.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const contests = [...MODELS.map((name) => [name]), THREE].map((names) => ({
  names,
  rounds: [] as { readonly loop: Measured; readonly service: Measured }[],
}));
try {
  for (const { names } of contests) await measureService(names);
  for (let round = 0; round < rounds; round++)
    for (const { names, rounds: measured } of contests)
      measured.push({ loop: await measureLoop(names), service: await measureService(names) });
  console.table(
    contests.map(({ names, rounds: measured }) => {
      const of = (value: (round: (typeof measured)[number]) => number) => median(measured.map(value));
      return {
        models: names.join(", "),
        "plain loop, images/s": Math.round(of(({ loop }) => loop.perSecond)),
        "service, images/s": Math.round(of(({ service: served }) => served.perSecond)),
        "of the loop": of(({ loop, service: served }) => served.perSecond / loop.perSecond).toFixed(3),
        "plain loop, CPU ms": of(({ loop }) => loop.cpuMs).toFixed(2),
        "service, CPU ms": of(({ service: served }) => served.cpuMs).toFixed(2),
        "of its CPU time": of(({ loop, service: served }) => loop.cpuMs / served.cpuMs).toFixed(3),
      };
    }),
  );
  const cost = (names: readonly string[]) =>
    1000 /
    median(contests.find((one) => one.names.join() === names.join())?.rounds.map((r) => r.service.perSecond) ?? []);
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
