/**
 * Runs the detector and the loader under AddressSanitizer and UndefinedBehaviorSanitizer, on all instruction sets that
 * this processor has:
 *
 *   node scripts/run.mjs node native/cascade/sanitize.ts [cases] [seed]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, compileAll } from "../compile.ts";
import { FLAGS, KERNELS, SOURCES } from "./sources.ts";

const [cases = "1000", seed = "1"] = process.argv.slice(2);
const SANITIZERS = ["-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"];
const DEBUG = ["-g", "-O1", "-D_GLIBCXX_ASSERTIONS"];

const root = import.meta.dirname;
const cascades = join(root, "../../node_modules/@u4/opencv4nodejs/src/lib/haarcascades");
const build = mkdtempSync(join(tmpdir(), "sightline-sanitize-"));
try {
  const objectOf = (source: string) => join(build, `${source.replaceAll("/", "-")}.o`);
  const units = [...SOURCES, "sanitize.cpp"].map((source) => ({ source, extra: [] as string[] })).concat(KERNELS);
  await compileAll(
    units.map(({ source, extra }) => [
      ...[...FLAGS, ...DEBUG, ...SANITIZERS, ...extra],
      ...["-c", join(root, source), "-o", objectOf(source)],
    ]),
  );
  const program = join(build, "sanitize");
  await compile([...SANITIZERS, "-o", program, ...units.map(({ source }) => objectOf(source))]);
  for (const name of ["frontalface_default", "eye"])
    execFileSync(program, [join(cascades, `haarcascade_${name}.xml`), cases, seed], { stdio: "inherit" });
} finally {
  rmSync(build, { recursive: true });
}
