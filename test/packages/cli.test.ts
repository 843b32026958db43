/** The package `sightline-cli`, installed into an empty folder and used from another, with each version of Node. */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildNpmPackage, installOffline, newWork } from "../support/built-packages.ts";
import { withoutProgress } from "../support/command-line.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { nodes } from "../support/runtimes.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

/** A third of them are the client of Kafka, which is loaded only for `watch --kafka`. */
const MOST_BYTES = 4_500_000;

const work = newWork();
const golden = goldenImages().slice(0, 2);
const paths = golden.map(({ path }) => path);
let service: RunningService;
let project: string;
beforeAll(async () => {
  service = await startService({ AUTH: "keys", ADMIN_KEY });
  project = installOffline((await buildNpmPackage("sightline-cli", work)).archive, work);
});
afterAll(async () => {
  await service?.stop();
  rmSync(work, { recursive: true });
});

it("brings nothing else, and is small", () => {
  const modules = join(project, "node_modules");
  expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual(["sightline-cli"]);
  const files = globSync("sightline-cli/**/*", { cwd: modules }).map((file) => statSync(join(modules, file)));
  expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(MOST_BYTES);
});

describe.each(nodes)("on $name", ({ command }) => {
  function sightline(...args: string[]) {
    const [node = ""] = command();
    const program = join(project, "node_modules/.bin/sightline");
    const env = { SIGHTLINE_URL: service.url, SIGHTLINE_KEY: ADMIN_KEY };
    const cwd = mkdtempSync(join(work, "elsewhere-"));
    const { status, stdout, stderr } = spawnSync(node, [program, ...args], { cwd, env, encoding: "utf8" });
    return { status, stdout, stderr: withoutProgress(stderr) };
  }

  it("tells its version and its commands", { timeout: INSTALL_TIMEOUT_MS }, () => {
    expect(sightline("--version")).toEqual({ status: 0, stdout: `${packageJson.version}\n`, stderr: "" });
    const { status, stdout } = sightline("--help");
    expect(status).toBe(0);
    for (const name of ["process", "job", "key", "watch", "simulate", "dataset"]) expect(stdout).toContain(`  ${name}`);
  });

  it("processes images and runs a job", () => {
    const { status, stdout, stderr } = sightline("process", "--json", ...paths);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { images } = JSON.parse(stdout) as { images: { faces: unknown }[] };
    expect(images.map(({ faces }) => faces)).toEqual(golden.map(({ faces }) => faces));
    const created = sightline("job", "create", "--wait", "--json", ...paths);
    expect(created).toMatchObject({ status: 0, stderr: "" });
    const { id, state } = JSON.parse(created.stdout);
    expect(state).toBe("succeeded");
    expect(sightline("job", "results", id)).toMatchObject({ status: 0, stdout: expect.stringContaining("done") });
  });

  it("generates load and processes a data set", () => {
    const simulated = sightline("simulate", "--concurrency", "1", "--duration", "500ms");
    expect(simulated).toMatchObject({ status: 0 });
    const folder = join(golden[0]?.path as string, "..");
    const dataset = sightline("dataset", folder, "--out", "report");
    expect(dataset).toMatchObject({ status: 0, stdout: expect.stringContaining("0 failed") });
  });

  it.each(["serve", "models"])("says how to get what %s needs", (name) => {
    const { status, stdout, stderr } = sightline(name, "--help-me", "please");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`ghcr.io/sightline-project/sightline:${packageJson.version}`);
  });
});
