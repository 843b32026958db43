/**
 * Measures `POST /process` with one, two, four … processes on all cores of a machine, against two limits on the same
 * cores in the same run: plain OpenCV in a process per core, and our own engine's bare loop in a thread per core,
 * without HTTP. The loop itself is compared with one native call from bytes to rectangles.
 *
 *   node scripts/run.mjs node bench/many-cores.ts [options]       in a checkout
 *   bin/many-cores --images <folder> [options]                    in an unpacked bundle
 *
 *   --images <folder>     the five golden images (default: the shared data of the tests)
 *   --processes 1,2,4     rows (default: powers of two up to half the cores, 1 at least)
 *   --loads 8x1,32x5      columns, connections × images per request (default: 8, 32 and 128 by 1 and 5)
 *   --rounds 3            medians are reported; within a round everything is measured in turn
 *   --seconds 3           of each measurement
 *   --service <folder>    the bundle to measure (default: the files that this one lies among)
 *   --generator wrk|node  default: wrk if it is installed
 *
 * The load generator shares the cores with the service. All services run at once; those not measured are idle.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import golden from "../test-data/lfw-golden.json" with { type: "json" };
import { readCpuTimes, type ThreadShares, threadShares } from "./many-cores/cpu-time.ts";
import { startEngineLoop } from "./many-cores/engine-loop.ts";
import { type Generator, hasWrk, type Load, measureLoad } from "./many-cores/load.ts";
import { cascadePath, findLimit, measureLimit } from "./many-cores/native-limits.ts";
import { type MeasuredService, startMeasuredService } from "./many-cores/service.ts";
import { median } from "./plain-opencv.ts";

const { values } = parseArgs({
  options: {
    images: { type: "string" },
    processes: { type: "string" },
    loads: { type: "string", default: "8x1,32x1,128x1,8x5,32x5,128x5" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    service: { type: "string" },
    generator: { type: "string", default: hasWrk() ? "wrk" : "node" },
  },
});
const cores = availableParallelism();
/** By default one process with all threads, and more processes down to two threads each. */
const halves = Array.from({ length: 10 }, (_, power) => 2 ** power).filter(
  (count) => count === 1 || count <= cores / 2,
);
const counts = values.processes?.split(",").map(Number) ?? halves;
const loads: Load[] = values.loads.split(",").map((load) => {
  const [connections = 0, images = 0] = load.split("x").map(Number);
  return { connections, images };
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const generator = values.generator as Generator;
const bundle = values.service && resolve(values.service);
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** The five images, checked. In a checkout they are in the shared data, which the tests know how to find. */
async function goldenFiles(): Promise<{ path: string; faces: readonly (readonly number[])[] }[]> {
  const sharedData = "../test/support/shared-data.ts";
  const find = values.images ? undefined : (await import(sharedData)).sharedPath;
  return golden.map(({ name, sha256, faces }) => {
    const path: string = find ? find(join("test-data/lfw-golden", name)) : join(resolve(values.images as string), name);
    const actual = createHash("sha256").update(readFileSync(path)).digest("hex");
    if (actual !== sha256) throw new Error(`${path} is not the expected file: its sha256 is ${actual}.`);
    return { path, faces };
  });
}

interface Cell {
  readonly processes: number;
  readonly load: Load;
  readonly imagesPerSecond: number;
  readonly ofOpenCv: number;
  readonly ofLoop: number;
  /** Ratio to the loop by processor time, which other programs on the machine affect little. */
  readonly ofLoopByCpu: number;
  readonly requests: number;
  readonly refused: number;
  readonly shares: readonly ThreadShares[];
}

const images = await goldenFiles();
const paths = images.map(({ path }) => path);
const programs = { openCv: findLimit("opencv-limit", folder), oneCall: findLimit("engine-limit", folder) };
const files = paths.map((path) => readFileSync(path));
const loop = await startEngineLoop({ files, cascadePath }, cores);
if (JSON.stringify(loop.boxes) !== JSON.stringify(images.map(({ faces }) => faces)))
  throw new Error("The bare loop does not find the golden boxes.");

interface Limits {
  /** Images per second. */
  readonly openCv: number;
  readonly loop: number;
  readonly oneCall: number;
  /** Images per second of processor time. */
  readonly loopByCpu: number;
  readonly oneCallByCpu: number;
}
const limits: Limits[] = [];
const cells: Cell[] = [];
const services: MeasuredService[] = [];

async function measureLoop() {
  const before = process.cpuUsage();
  const rate = await loop.measure(seconds);
  const { user, system } = process.cpuUsage(before);
  return { loop: rate, loopByCpu: (rate * seconds) / ((user + system) / 1e6) };
}

async function measure(service: MeasuredService, load: Load, limit: Limits): Promise<Cell> {
  const pids = service.pids();
  const [before, startedAt] = [readCpuTimes(pids), performance.now()];
  const settings = { generator, folder, url: service.url, paths, load, seconds };
  const { imagesPerSecond, requests, refused } = await measureLoad(settings);
  const shares = threadShares(before, readCpuTimes(pids), (performance.now() - startedAt) / 1000);
  const usedCores = sum(shares.map(({ main, others }) => main + others));
  const ratios = {
    ofOpenCv: imagesPerSecond / limit.openCv,
    ofLoop: imagesPerSecond / limit.loop,
    ofLoopByCpu: imagesPerSecond / usedCores / limit.loopByCpu,
  };
  return { processes: service.processes, load, imagesPerSecond, ...ratios, requests, refused, shares };
}

try {
  for (const processes of counts) services.push(await startMeasuredService({ processes, bundle, folder }));
  for (const { url } of services)
    for (const load of loads) await measureLoad({ generator, folder, url, paths, load, seconds: 1 });
  for (let round = 0; round < rounds; round++)
    for (const load of loads) {
      // The machine's speed drifts, so each load has its own limits.
      const openCv = await measureLimit(programs.openCv, cores, seconds, paths);
      const ofLoop = await measureLoop();
      const oneCall = await measureLimit(programs.oneCall, cores, seconds, paths);
      const limit = {
        openCv: openCv.imagesPerSecond,
        ...ofLoop,
        oneCall: oneCall.imagesPerSecond,
        oneCallByCpu: oneCall.imagesPerCpuSecond,
      };
      limits.push(limit);
      for (const service of services) cells.push(await measure(service, load, limit));
    }
} finally {
  await loop.stop();
  for (const service of services) await service.stop();
  rmSync(folder, { recursive: true });
}

const limitOf = (name: keyof (typeof limits)[number]) => median(limits.map((limit) => limit[name]));
console.log(`${cores} cores (${cpus()[0]?.model}), load by ${generator}, medians of ${rounds} rounds of ${seconds} s`);
console.log(`plain OpenCV, ${cores} processes: ${limitOf("openCv").toFixed(0)} images/s`);
console.log(`our engine's bare loop, ${cores} threads: ${limitOf("loop").toFixed(0)} images/s`);
const ofOneCall = {
  time: median(limits.map((limit) => limit.loop / limit.oneCall)).toFixed(2),
  cpu: median(limits.map((limit) => limit.loopByCpu / limit.oneCallByCpu)).toFixed(2),
};
console.log(`one native call, ${cores} processes: ${limitOf("oneCall").toFixed(0)} images/s`);
console.log(`the loop is ${ofOneCall.time} of one native call, by processor time ${ofOneCall.cpu}`);

function table(title: string, show: (cells: readonly Cell[]) => string): void {
  console.log(`\n${title}`);
  console.table(
    Object.fromEntries(
      counts.map((processes) => [
        `${processes} processes`,
        Object.fromEntries(
          loads.map((load) => {
            const of = cells.filter((cell) => cell.processes === processes && cell.load === load);
            return [`${load.connections} × ${load.images}`, show(of)];
          }),
        ),
      ]),
    ),
  );
}
table("of plain OpenCV (connections × images per request)", (of) => median(of.map((cell) => cell.ofOpenCv)).toFixed(2));
table("of our engine's bare loop", (of) => median(of.map((cell) => cell.ofLoop)).toFixed(2));
table("of the loop, by processor time without that of the load generator", (of) =>
  median(of.map((cell) => cell.ofLoopByCpu)).toFixed(2),
);
table("images/s", (of) => median(of.map((cell) => cell.imagesPerSecond)).toFixed(0));
table("requests refused, of all", (of) => `${sum(of.map((c) => c.refused))} of ${sum(of.map((c) => c.requests))}`);

console.log("\nprocessor time by thread, in cores, in the last round; processes that were idle are left out");
const IDLE_CORES = 0.02;
for (const cell of cells.slice(-loads.length * counts.length)) {
  console.log(`${cell.processes} processes, ${cell.load.connections} × ${cell.load.images}`);
  for (const { pid, main, others, busiest } of cell.shares)
    if (main + others > IDLE_CORES)
      console.log(`  process ${pid}: main ${main.toFixed(2)}, others ${others.toFixed(2)}: ${busiest.join(", ")} …`);
}
