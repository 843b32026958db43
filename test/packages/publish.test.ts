/** npm would publish the packages as they are, without mending their package.json. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { npmPackages } from "../../scripts/packages/npm.ts";
import { repository } from "../../scripts/release.ts";
import { buildNpmPackage, newWork } from "../support/built-packages.ts";
import { OLDEST_NODE } from "../support/runtimes.ts";

const work = newWork();
afterAll(() => rmSync(work, { recursive: true }));

it.each(npmPackages)("$name can be published", async ({ name, folder }) => {
  const { archive } = await buildNpmPackage(name, work);
  const args = ["publish", "--dry-run", "--json", "--access", "public", archive];
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: work, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining("auto-corrected") });
  expect(stdout).toContain(`"name": "${name}"`);
  const { stdout: manifest } = spawnSync("tar", ["-xzOf", archive, "package/package.json"], { encoding: "utf8" });
  // The certificate of origin is refused for another address.
  expect(JSON.parse(manifest)).toMatchObject({
    repository: { url: `git+https://github.com/${repository}.git`, directory: folder },
    license: "Apache-2.0",
    engines: { node: `>=${OLDEST_NODE}` },
  });
});
