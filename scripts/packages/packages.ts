/**
 * `npm run packages`: makes the packages for npm and PyPI, as they are published.
 *
 *   npm run packages [-- --output <folder>]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fillNpmPackage, npmPackages, packNpmPackage } from "./npm.ts";

const { values } = parseArgs({
  options: { output: { type: "string", default: join(import.meta.dirname, "../../dist/packages") } },
});
mkdirSync(values.output, { recursive: true });
for (const source of npmPackages) {
  const folder = join(values.output, source.name);
  await fillNpmPackage(source, folder);
  console.log(packNpmPackage(folder, values.output));
}
