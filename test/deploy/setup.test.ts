/** Which Node the set-up installs, if it runs on one that does not suffice. */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { npmProgram } from "../../scripts/npm-program.ts";
import { readText, root } from "../support/deployment.ts";
import { temporaryFolder } from "../support/service.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

const [, pinned = ""] = /NODE_VERSION = "(.+)"/.exec(readText("scripts/setup.mjs")) ?? [];
const nodePackage = `node-${process.platform}-${process.arch}`;
/**
 * Stands for npm and installs nothing, so that the set-up ends at the first step that needs it, and says what it was.
 */
const NPM = "#!/bin/sh\nexit 1\n";
/** Stands for dpkg-query: all packages of the system are there. */
const DPKG_QUERY = '#!/bin/sh\nshift 3\nfor name; do echo "$name installed"; done\n';

let project: string;
beforeEach(() => {
  project = temporaryFolder();
  for (const path of ["scripts", "native", "package-lock.json"])
    cpSync(join(root, path), join(project, path), { recursive: true });
  mkdirSync(join(project, "bin"));
  // Without headers beside it, which the addons need, this Node does not suffice.
  copyFileSync(process.execPath, join(project, "bin/node"));
  writeFileSync(join(project, "bin/npm"), NPM, { mode: 0o755 });
  writeFileSync(join(project, "bin/dpkg-query"), DPKG_QUERY, { mode: 0o755 });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

/**
 * What the set-up says about the first step that needs npm.
 * @param version Version of the Node in `.tools`.
 */
function setUp(version: string, script = "setup.mjs"): string {
  const folder = join(project, ".tools/node/node_modules", nodePackage);
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version }));
  writeFileSync(join(folder, "bin/node"), "");
  const path = `${join(project, "bin")}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path };
  const args = [join(project, "scripts", script), "node", "--version"];
  return spawnSync(join(project, "bin/node"), args, { encoding: "utf8", env }).stderr;
}

it("the pinned Node replaces an older one", () => {
  expect(setUp("24.0.0")).toMatch(new RegExp(`^setup: npm install .* ${nodePackage}@${pinned} failed:$`, "m"));
});

it("the pinned Node is installed once", () => {
  expect(setUp(pinned)).toMatch(/^setup: npm ci failed:$/m);
});

it.each(["setup.mjs", "run.mjs"])("%s runs on an early Node 20", { timeout: INSTALL_TIMEOUT_MS }, (script) => {
  const early = npmProgram({ name: nodePackage, version: "20.1.0", program: "bin/node" });
  copyFileSync(early, join(project, "bin/node"));
  expect(setUp(pinned, script)).toMatch(/^setup: npm ci failed:$/m);
});
