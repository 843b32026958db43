/**
 * Builds the addon that evaluates a Haar cascade: plain C++17 with no library but Node-API, about ten seconds.
 *
 * The inner loops are compiled once for each instruction set, and the fastest is chosen when the addon is loaded. No
 * -mfma and no contraction: a fused multiply-add rounds once where OpenCV rounds twice.
 *
 * Usage: node native/cascade/build.ts <Node headers> <output file>
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile, compileAll } from "../compile.ts";
import { FLAGS, KERNELS, SOURCES } from "./sources.ts";

const [headers, output] = process.argv.slice(2);
if (!headers || !output) throw new Error("usage: build.ts <Node headers> <output file>");

const root = import.meta.dirname;
const build = join(dirname(output), "cascade-build");
rmSync(build, { recursive: true, force: true });
mkdirSync(build, { recursive: true });

const includes = [headers, join(root, "../../node_modules/node-addon-api")].flatMap((folder) => ["-isystem", folder]);
const flags = [
  ...FLAGS,
  "-fPIC",
  "-fvisibility=hidden",
  "-DNAPI_VERSION=8",
  "-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL",
  // No exception can be thrown in a thread that is ending. That must not end the process.
  "-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
  ...includes,
];

const objectOf = (source: string) => join(build, `${source.replaceAll("/", "-")}.o`);
// The kernels come first, because they take longest.
const units = [...KERNELS, ...[...SOURCES, "addon.cpp"].map((source) => ({ source, extra: [] as string[] }))];

await compileAll(
  units.map(({ source, extra }) => [...flags, ...extra, "-c", join(root, source), "-o", objectOf(source)]),
);

// A weak symbol is a function that several objects define and of which the linker keeps any one copy. If it kept one
// that was compiled for AVX2, the addon would crash on processors without it.
for (const { source } of KERNELS) {
  const symbols = execFileSync("nm", ["--defined-only", objectOf(source)], { encoding: "utf8" });
  if (/ [VWu] /.test(symbols)) throw new Error(`${source} defines functions that are shared between instruction sets`);
}

const linked = `${output}.new`;
await compile(["-shared", "-o", linked, ...units.map(({ source }) => objectOf(source))]);
renameSync(linked, output);
rmSync(build, { recursive: true });
