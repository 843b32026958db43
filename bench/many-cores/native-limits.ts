/** The limits without Node: plain OpenCV, and one native call of our own engine, in one process per core. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { FLAGS, KERNELS, SOURCES } from "../../native/cascade/sources.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
export const cascadePath = join(
  root,
  "node_modules/@u4/opencv4nodejs/src/lib/haarcascades/haarcascade_frontalface_default.xml",
);

export const nativeLimits = ["opencv-limit", "engine-limit"] as const;
export type NativeLimit = (typeof nativeLimits)[number];

/** Folder of the compiled programs in the bundle, which cannot compile them. */
export const compiledFolder = "bench/many-cores/compiled";

/** Compiles a program. @returns the path of the program. */
export function compileLimit(name: NativeLimit, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, name);
  const isEngine = name === "engine-limit";
  const libraries = ["core", "imgproc", "imgcodecs", ...(isEngine ? [] : ["objdetect"])].map((of) => `-lopencv_${of}`);
  const opencv = ["-isystem", "/usr/include/opencv4"];
  const engine = join(root, "native/cascade");
  const objects: string[] = [];
  if (isEngine)
    for (const { source, extra } of [...SOURCES.map((source) => ({ source, extra: [] as string[] })), ...KERNELS]) {
      const object = join(folder, `${source.replaceAll("/", "-")}.o`);
      execFileSync("g++", [...FLAGS, ...extra, "-c", join(engine, source), "-o", object]);
      objects.push(object);
    }
  const main = join(root, "bench", isEngine ? "many-cores" : ".", `${name}.cpp`);
  // -iquote instead of -I, because the engine's limits.h would hide that of C.
  const flags = ["-std=c++17", "-O2", "-iquote", engine, ...opencv];
  execFileSync("g++", [...flags, "-o", program, main, ...objects, "-Wl,--build-id=none", ...libraries]);
  return program;
}

/** @param folder A folder for the program, if it has to be compiled. */
export function findLimit(name: NativeLimit, folder: string): string {
  const compiled = join(root, compiledFolder, name);
  return existsSync(compiled) ? compiled : compileLimit(name, folder);
}

export interface LimitRates {
  /** Images per second of all processes together. */
  readonly imagesPerSecond: number;
  /** Images per second of processor time of one process. Only `engine-limit` reports it. */
  readonly imagesPerCpuSecond: number;
}

export async function measureLimit(
  program: string,
  processes: number,
  seconds: number,
  paths: readonly string[],
): Promise<LimitRates> {
  const threads = program.endsWith("opencv-limit") ? ["1"] : [];
  const args = [cascadePath, String(seconds), ...threads, ...paths];
  const outputs = await Promise.all(Array.from({ length: processes }, () => run(program, args)));
  const totals = { images: 0, cpuSeconds: 0, imagesPerSecond: 0 };
  for (const { stdout } of outputs) {
    const [images = Number.NaN, elapsed = Number.NaN, cpuSeconds = Number.NaN] = stdout.trim().split(" ").map(Number);
    totals.images += images;
    totals.cpuSeconds += cpuSeconds;
    totals.imagesPerSecond += images / elapsed;
  }
  return { imagesPerSecond: totals.imagesPerSecond, imagesPerCpuSecond: totals.images / totals.cpuSeconds };
}
