/**
 * The package `sightline-client`: installed into an empty folder, in Node, Bun and Deno, and in a page of another
 * origin, which loads it as a module.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { launchBrowser } from "../support/browser.ts";
import { type BuiltPackage, buildNpmPackage, installOffline, newWork } from "../support/built-packages.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { runtimes } from "../support/runtimes.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";
import { expectedScenario, scenarioService } from "./expected-scenario.ts";

const PAGE = `<!doctype html><input type="file" multiple><script type="module">
  import * as library from "/sightline-client.js";
  import { scenario } from "/scenario.js";
  globalThis.filesProcessed = async (url, key) => {
    const client = new library.SightlineClient({ url, key });
    try {
      const { images } = await client.process(document.querySelector("input").files);
      return images.map(({ faces }) => faces);
    } catch (error) {
      return error.message;
    }
  };
  globalThis.play = (settings, images) => scenario(library, settings, images);
</script>`;

const work = newWork();
const golden = goldenImages().slice(0, 3);
let service: RunningService;
let built: BuiltPackage;
let project: string;
let pages: Server;
const origin = () => `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
beforeAll(async () => {
  pages = createServer(({ url = "/" }, response) => {
    const scripts: Record<string, string> = {
      "/sightline-client.js": join(built.folder, "index.js"),
      "/scenario.js": join(project, "scenario.js"),
    };
    const script = scripts[url];
    if (script) response.writeHead(200, { "Content-Type": "text/javascript" }).end(readFileSync(script));
    else response.writeHead(200, { "Content-Type": "text/html" }).end(PAGE);
  });
  await once(pages.listen(0, "127.0.0.1"), "listening");
  service = await startService({ ...scenarioService, CORS_ORIGINS: origin() });
  built = await buildNpmPackage("sightline-client", work);
  project = installOffline(built.archive, work);
  for (const name of ["scenario.js", "run-scenario.js"])
    copyFileSync(join(import.meta.dirname, name), join(project, name));
});
afterAll(async () => {
  await service?.stop();
  pages?.closeAllConnections();
  pages?.close();
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

/** The compiler's complaints about programs that use the package, in a project that knows no types of Node. */
function complaints(programs: Readonly<Record<string, string>>): string[] {
  const options = {
    strict: true,
    noEmit: true,
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "dom"],
    types: [],
  };
  const files = Object.keys(programs);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files }));
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(project, name), text);
  const compiler = join(import.meta.dirname, "../../node_modules/.bin/tsc");
  const args = ["--project", project, "--singleThreaded"];
  return spawnSync(compiler, args, { encoding: "utf8" }).stdout.split("\n").filter(Boolean);
}

it("has types that are complete, and exact", () => {
  const use = (field: string) => `
    import { SightlineClient, ServiceProblem, type Job } from "sightline-client";
    const client = new SightlineClient({ url: "http://127.0.0.1:8080" });
    const job: Job = await client.jobs.create([new File([], "a.jpg")], { priority: 3 });
    const { images } = await client.process([new Blob()]);
    const input = document.querySelector<HTMLInputElement>("input[type=file]");
    if (input?.files) await client.process(input.files);
    for (const image of images) console.log("problem" in image ? image.problem.code : image.faces, job.${field});
    try { await client.jobs.get("a"); }
    catch (error) { if (error instanceof ServiceProblem && error.code === "JOB_NOT_FOUND") console.log(error.problem?.detail); }
    for await (const event of client.events({ after: 1 })) console.log(event.sequence.length);`;
  expect(complaints({ "right.ts": use("state"), "wrong.ts": use("status") })).toEqual([
    expect.stringMatching(/^.*wrong\.ts.* Property 'status' does not exist/),
  ]);
});

describe.each(runtimes)("in $name", ({ command }) => {
  it("processes, runs jobs, follows events, opens sessions", { timeout: INSTALL_TIMEOUT_MS }, () => {
    const [program = "", ...options] = command();
    const paths = golden.map(({ path }) => path);
    const args = [...options, "run-scenario.js", service.url, ADMIN_KEY, ...paths];
    const { stdout, stderr } = spawnSync(program, args, {
      cwd: project,
      encoding: "utf8",
      timeout: INSTALL_TIMEOUT_MS,
    });
    expect({ stderr, result: JSON.parse(stdout || "null") }).toMatchObject({ result: expectedScenario(golden) });
  });
});

it("in a browser: processes, runs jobs, follows events, opens sessions", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(origin());
    const result = await page.evaluate(
      async ({ settings, images }) => {
        const { play } = globalThis as unknown as { play: (...args: unknown[]) => Promise<unknown> };
        const files = images.map(({ name, base64 }) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          return { name, bytes };
        });
        return play(settings, files);
      },
      {
        settings: { url: service.url, key: ADMIN_KEY },
        images: golden.map(({ name, path }) => ({ name, base64: readFileSync(path, "base64") })),
      },
    );
    expect(result).toMatchObject(expectedScenario(golden));

    // The files of an input as they are, and an origin that the service does not know.
    await page.setInputFiles(
      "input",
      golden.map(({ path }) => path),
    );
    const processed = (url: string) => page.evaluate(`filesProcessed("${url}", "${ADMIN_KEY}")`);
    expect(await processed(service.url)).toEqual(golden.map(({ faces }) => faces));
    const other = origin().replace("127.0.0.1", "localhost");
    await page.goto(other);
    await page.setInputFiles("input", golden[0]?.path as string);
    expect(await processed(service.url)).toMatch(
      `No answer from ${service.url}: Failed to fetch. If it is there, its setting CORS_ORIGINS may lack the origin of this page, ${other}.`,
    );
  } finally {
    await browser.close();
  }
});
