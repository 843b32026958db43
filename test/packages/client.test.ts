/** The package `sightline-client`, installed into an empty folder, in Node, Bun and Deno. */
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { type BuiltPackage, buildNpmPackage, installOffline, newWork } from "../support/built-packages.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { INSTALL_TIMEOUT_MS, runtimes } from "../support/runtimes.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";
import { expectedScenario, scenarioService } from "./expected-scenario.ts";

const work = newWork();
const golden = goldenImages().slice(0, 3);
let service: RunningService;
let built: BuiltPackage;
let project: string;
beforeAll(async () => {
  service = await startService(scenarioService);
  built = await buildNpmPackage("sightline-client", work);
  project = installOffline(built.archive, work);
  for (const name of ["scenario.js", "run-scenario.js"])
    copyFileSync(join(import.meta.dirname, name), join(project, name));
});
afterAll(async () => {
  await service?.stop();
  rmSync(work, { recursive: true });
});

it("is one file with types, a licence and no dependency", () => {
  expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
    "sightline-client",
  ]);
  const folder = join(project, "node_modules/sightline-client");
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { version, license } = packageJson;
  expect(manifest).toMatchObject({ name: "sightline-client", version, license, type: "module" });
  expect(manifest).not.toHaveProperty("dependencies");
  const names = ["LICENSE", "README.md", "THIRD-PARTY-LICENSES.txt", "index.js", "package.json", "types"];
  expect(readdirSync(folder).sort()).toEqual(names.sort());
  const notices = readFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const name of ["openapi-fetch", "eventsource-parser"]) expect(notices).toContain(name);
});

it("imports nothing, so that browsers can load it", () => {
  const code = readFileSync(join(built.folder, "index.js"), "utf8");
  expect(code).not.toMatch(/^import\s|\bimport\(|\brequire\(/m);
});

/** The compiler's complaints about a program that uses the package, in a project that knows no types of Node. */
function complaints(program: string): string {
  const options = {
    strict: true,
    noEmit: true,
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "dom"],
    types: [],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["use.ts"] }));
  writeFileSync(join(project, "use.ts"), program);
  const compiler = join(import.meta.dirname, "../../node_modules/.bin/tsc");
  return spawnSync(compiler, ["--project", project], { encoding: "utf8" }).stdout;
}

it("has types that are complete, and exact", () => {
  const use = (field: string) => `
    import { SightlineClient, ServiceProblem, type Job } from "sightline-client";
    const client = new SightlineClient({ url: "http://127.0.0.1:8080" });
    const job: Job = await client.jobs.create([new File([], "a.jpg")], { priority: 3 });
    const { images } = await client.process([new Blob()]);
    for (const image of images) console.log("problem" in image ? image.problem.code : image.faces, job.${field});
    try { await client.jobs.get("a"); }
    catch (error) { if (error instanceof ServiceProblem && error.code === "JOB_NOT_FOUND") console.log(error.problem?.detail); }
    for await (const event of client.events({ after: 1 })) console.log(event.sequence.length);`;
  expect(complaints(use("state"))).toBe("");
  expect(complaints(use("status"))).toContain("Property 'status' does not exist");
});

describe.each(runtimes)("in $name", ({ command }) => {
  it("processes, runs jobs, follows events, opens sessions", { timeout: INSTALL_TIMEOUT_MS }, () => {
    const [program = "", ...options] = command();
    const paths = golden.map(({ path }) => path);
    const args = [...options, "run-scenario.js", service.url, ADMIN_KEY, ...paths];
    const { stdout, stderr } = spawnSync(program, args, { cwd: project, encoding: "utf8", timeout: 60_000 });
    expect({ stderr, result: JSON.parse(stdout || "null") }).toMatchObject({ result: expectedScenario(golden) });
  });
});
