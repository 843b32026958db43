/**
 * `npm run packages`: makes the packages for npm and PyPI in the form in which they are published.
 *
 *   npm run packages [-- --output <folder>]
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fillNpmPackage, npmPackages, packNpmPackage } from "./npm.ts";
import { buildPythonPackage } from "./python.ts";

const { values } = parseArgs({
  options: { output: { type: "string", default: join(import.meta.dirname, "../../dist/packages") } },
});
const npm = join(values.output, "npm");
const pypi = join(values.output, "pypi");
// Removes files of an earlier version, which must not be published with this one.
rmSync(values.output, { recursive: true, force: true });
mkdirSync(npm, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "sightline-packages-"));
try {
  for (const source of npmPackages) {
    const folder = join(work, source.name);
    await fillNpmPackage(source, folder);
    console.log(packNpmPackage(folder, npm));
  }
  for (const file of buildPythonPackage(work, pypi)) console.log(file);
} finally {
  rmSync(work, { recursive: true });
}
