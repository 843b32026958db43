/** The Python package `sightline-client`, installed into an empty environment, with each version of Python. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildPythonPackage, pythonFolder } from "../../scripts/packages/python.ts";
import { pythonPackage } from "../../scripts/python-package.ts";
import { newWork } from "../support/built-packages.ts";
import { readText } from "../support/deployment.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { pythons } from "../support/pythons.ts";
import { boundSamples, expectedOutcomes, outcomesOf, pythonProgram } from "../support/samples.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";
import { expectedScenario, scenarioService } from "./expected-scenario.ts";

const { version } = packageJson;
const work = newWork();
const golden = goldenImages().slice(0, 3);
let wheel: string;
let sdist: string;
let service: RunningService;
beforeAll(async () => {
  [wheel, sdist] = buildPythonPackage(work, join(work, "dist"));
  service = await startService(scenarioService);
}, INSTALL_TIMEOUT_MS);
afterAll(async () => {
  await service?.stop();
  rmSync(work, { recursive: true });
});

const python = (...args: string[]) => execFileSync("python3", args, { encoding: "utf8", stdio: "pipe" });

it("has the service's version, types and licence, and no tests", () => {
  expect([basename(wheel), basename(sdist)]).toEqual([
    `sightline_client-${version}-py3-none-any.whl`,
    `sightline_client-${version}.tar.gz`,
  ]);
  const files = python("-m", "zipfile", "--list", wheel);
  for (const name of ["sightline_client/py.typed", "sightline_client/types.py", "licenses/LICENSE"])
    expect(files).toContain(name);
  expect(files).not.toContain("test");
});

it("has a client without await that follows the one with it", () => {
  expect(() => python(join(pythonFolder, "make_sync.py"), "--check")).not.toThrow();
});

it.each([
  ["mypy", "2.4.1", ["-m", "mypy", "--python-version", "3.10", "src", "tests"]],
  ["ruff", "0.17.6", ["-m", "ruff", "check"]],
  ["ruff", "0.17.6", ["-m", "ruff", "format", "--check"]],
])("satisfies %s", { timeout: INSTALL_TIMEOUT_MS }, (name, toolVersion, args) => {
  const folders = [pythonPackage({ name, version: toolVersion }), pythonPackage({ name: "httpx", version: "0.28.1" })];
  folders.push(pythonPackage({ name: "httpx-sse", version: "0.4.3" }));
  const env = { ...process.env, PYTHONPATH: folders.join(":") };
  const { status, stdout, stderr } = spawnSync("python3", args, { cwd: pythonFolder, env, encoding: "utf8" });
  expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
});

interface Parameter {
  readonly name: string;
  readonly in?: string;
}

it("takes every query parameter of the document", () => {
  const { paths } = JSON.parse(readText("docs/openapi.json"));
  const source = (file: string) => readFileSync(join(pythonFolder, "src/sightline_client/_async", file), "utf8");
  const of = (path: string, method: string) =>
    (paths[path][method].parameters as Parameter[]).filter((one) => one.in === "query").map(({ name }) => name);
  // Other forms of the answer: a job, or an image.
  const known = (names: string[]) => names.filter((name) => !["async", "annotate"].includes(name));
  const missing = (file: string, names: string[]) => names.filter((name) => !source(file).includes(`"${name}": `));
  expect(missing("client.py", known(of("/process", "post")))).toEqual([]);
  expect(missing("jobs.py", of("/v1/jobs", "post"))).toEqual([]);
  expect(
    missing(
      "jobs.py",
      of("/v1/jobs", "get").filter((name) => name !== "cursor"),
    ),
  ).toEqual([]);
  expect(missing("jobs.py", of("/v1/jobs/{id}/results", "get"))).toEqual([]);
  expect(missing("collections.py", of("/v1/collections/{name}/search", "post"))).toEqual([]);
});

describe.each(pythons)("with $name", ({ command }) => {
  let interpreter: string;
  beforeAll(() => {
    const environment = mkdtempSync(join(work, "venv-"));
    execFileSync(command, ["-m", "venv", environment]);
    interpreter = join(environment, "bin/python");
    execFileSync(interpreter, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel], {
      stdio: "pipe",
    });
  }, INSTALL_TIMEOUT_MS);

  const run = (...args: string[]) => {
    const options = { cwd: work, encoding: "utf8", timeout: 90_000 } as const;
    const { status, stdout, stderr } = spawnSync(interpreter, ["-W", "error", ...args], options);
    return { status, stdout, stderr };
  };

  it("sends requests again only where it should, and files while it reads them", { timeout: 120_000 }, () => {
    const { status, stderr } = run("-m", "unittest", "discover", "-s", join(pythonFolder, "tests"));
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/Ran \d\d tests[\s\S]*OK/) });
  });

  it.skipIf(!modelsDir)("runs the samples of the API document", { timeout: 120_000 }, async () => {
    const [first] = golden;
    copyFileSync(first?.path as string, join(work, "me.jpg"));
    const samples = await boundSamples("Python", service.url, ADMIN_KEY, await openAsBlob(join(work, "me.jpg")));
    const program = join(work, "samples.py");
    writeFileSync(program, pythonProgram(service.url, samples));
    expect(outcomesOf(run(program).stderr)).toEqual(expectedOutcomes(samples));
  });

  it.each(["sync", "async"])(
    "processes, runs jobs, follows events, opens sessions: %s",
    { timeout: 120_000 },
    (kind) => {
      const scenario = join(import.meta.dirname, "scenario.py");
      const { stdout, stderr } = run(scenario, kind, service.url, ADMIN_KEY, ...golden.map(({ path }) => path));
      expect({ stderr, result: JSON.parse(stdout || "null") }).toMatchObject({
        stderr: "",
        result: expectedScenario(golden),
      });
    },
  );
});
