/**
 * Coverage-guided fuzzing of native code that handles untrusted bytes, by libFuzzer with AddressSanitizer and
 * UndefinedBehaviorSanitizer (Debian: clang, libclang-rt-14-dev):
 *
 *   node scripts/run.mjs node native/fuzz/fuzz.ts [seconds] [entry …]
 *
 * Entries: `opencv`, `heif` and `gif` decode a file, `detect` looks for faces in an image. Debian's libraries are not
 * instrumented, so coverage only sees our code and the headers that it includes, but the sanitizers see all memory. The
 * corpus is kept in `.tools/fuzz/`, and starts with the images of `test-data/`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { FLAGS, KERNELS, SOURCES } from "../cascade/sources.ts";

const [seconds = "60", ...wanted] = process.argv.slice(2);
const native = join(import.meta.dirname, "..");
const root = join(native, "..");
const corpora = join(root, ".tools/fuzz");
const MEMORY_MIB = 2048;
const INPUT_SECONDS = 20;

interface Entry {
  readonly sources: readonly (readonly [source: string, flags: readonly string[]])[];
  readonly flags: readonly string[];
  readonly libraries: readonly string[];
  readonly maxBytes: number;
  /** Files with which the corpus starts. */
  readonly seeds: string;
}

const decoder = (name: string, seeds: string): Entry => ({
  sources: [
    "fuzz/image.cpp",
    ...[
      "opencv",
      "heif",
      "gif",
      "tiff-errors",
      "tiff-lab",
      "tiff-mapping",
      "jpeg-errors",
      "hevc-errors",
      "decoder-messages",
    ].map((file) => `image/${file}.cpp`),
  ].map((source) => [source, []] as const),
  flags: [
    "-std=c++20",
    "-I",
    join(native, "image"),
    "-isystem",
    "/usr/include/opencv4",
    `-DFUZZ_${name.toUpperCase()}`,
  ],
  libraries: ["opencv_core", "opencv_imgproc", "opencv_imgcodecs", "heif", "gif", "tiff", "webp", "png", "jpeg"],
  maxBytes: 65_536,
  seeds,
});

const cascade = join(root, "node_modules/@u4/opencv4nodejs/src/lib/haarcascades/haarcascade_frontalface_default.xml");
const entries: Record<string, Entry> = {
  opencv: decoder("opencv", "test-data/{cases,formats,samples}/*.{jpg,png,webp,bmp,tif}"),
  heif: decoder("heif", "test-data/formats/*.{heic,avif}"),
  gif: decoder("gif", "test-data/formats/*.gif"),
  detect: {
    sources: [
      ["fuzz/detect.cpp", []],
      ...SOURCES.map((source) => [`cascade/${source}`, []] as const),
      ...KERNELS.map(({ source, extra }) => [`cascade/${source}`, extra] as const),
    ],
    flags: [...FLAGS, "-I", join(native, "cascade"), `-DFUZZ_CASCADE="${cascade}"`],
    libraries: [],
    maxBytes: 10_000, // An image of 100 × 100.
    seeds: "test-data/cases/*.bmp",
  },
};

const SANITIZERS = ["-g", "-O1", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"];

function fuzz(name: string, { sources, flags, libraries, maxBytes, seeds }: Entry): boolean {
  const build = mkdtempSync(join(tmpdir(), "sightline-fuzz-"));
  const corpus = join(corpora, name);
  mkdirSync(corpus, { recursive: true });
  // The decoders do not limit the size that coded data requires: the service refuses such files before decoding
  // (headers/heif-coded.ts).
  const bounded = globSync(seeds, { cwd: root }).filter((file) => !basename(file).startsWith("oversized"));
  for (const file of bounded) cpSync(join(root, file), join(corpus, basename(file)));
  try {
    const objects = sources.map(([source, extra]) => {
      const object = join(build, `${source.replaceAll("/", "-")}.o`);
      const args = [...flags, ...SANITIZERS, ...extra, "-c", join(native, source), "-o", object];
      execFileSync("clang++", args, { stdio: "inherit" });
      return object;
    });
    const program = join(build, "fuzz");
    const linked = libraries.map((library) => `-l${library}`);
    execFileSync("clang++", [...SANITIZERS, "-o", program, ...objects, ...linked], { stdio: "inherit" });
    const limits = [`-max_len=${maxBytes}`, `-rss_limit_mb=${MEMORY_MIB}`, `-timeout=${INPUT_SECONDS}`];
    const args = [`-max_total_time=${seconds}`, ...limits, "-close_fd_mask=3", "-print_final_stats=1", corpus];
    console.log(`${name}: ${seconds} s`);
    // The detector sets the same limit. Without it, OpenCV allocates whatever a header requires.
    const env = { ...process.env, OPENCV_IO_MAX_IMAGE_PIXELS: "64000000" };
    const { status } = spawnSync(program, [`-artifact_prefix=${corpora}/${name}-`, ...args], { stdio: "inherit", env });
    console.log(status === 0 ? `${name}: nothing found` : `${name}: FAILED (${status}); the input is in ${corpora}`);
    return status === 0;
  } finally {
    rmSync(build, { recursive: true });
  }
}

const names = wanted.length > 0 ? wanted : Object.keys(entries);
const results = names.map((name) => {
  const entry = entries[name];
  if (!entry) throw new Error(`There is no entry ${name}; there are ${Object.keys(entries).join(", ")}.`);
  return fuzz(name, entry);
});
process.exitCode = results.every(Boolean) ? 0 : 1;
