/**
 * `npm run bundle`: makes an archive that runs on any x86-64 Linux with a C library that is new enough, with nothing
 * installed: see docs/bundle.md. The same files give the same archive, byte for byte.
 *
 *   npm run bundle -- [--output <folder>] [--level <1 to 9, of gzip>]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import packageJson from "../../package.json" with { type: "json" };
import { archive } from "./archive.ts";
import { fill } from "./contents.ts";

if (process.platform !== "linux" || process.arch !== "x64")
  throw new Error("A bundle is made on Linux on an x86-64 processor.");
const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    output: { type: "string", default: join(root, "dist") },
    level: { type: "string", default: "6" },
  },
});
const name = `sightline-${packageJson.version}-linux-x64`;

/** Date of the last commit, unless the variable for reproducible builds gives another one. */
function date(): Date {
  const seconds = process.env.SOURCE_DATE_EPOCH;
  const git = () => execFileSync("git", ["-c", "safe.directory=*", "log", "-1", "--format=%ct"], { cwd: root });
  return new Date(Number(seconds || git().toString()) * 1000);
}

const work = mkdtempSync(join(tmpdir(), "sightline-bundle-"));
try {
  const { glibc } = fill(join(work, name), work);
  mkdirSync(values.output, { recursive: true });
  const output = join(values.output, `${name}.tar.gz`);
  const unpackedBytes = await archive({ folder: work, name, output, date: date(), level: Number(values.level) });
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`${output}: ${megabytes(statSync(output).size)}, unpacked ${megabytes(unpackedBytes)}, glibc ≥ ${glibc}`);
} finally {
  rmSync(work, { recursive: true });
}
